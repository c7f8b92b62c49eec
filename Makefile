# Every command of the project; each is a line of `python -m launch`, which needs nothing but Python 3.11 and make.
.DEFAULT_GOAL := help
.PHONY: help run test check fix figures demo manage lock
.NOTPARALLEL:
export PORT HOST TLS ONLY SAMPLES YES

LAUNCH = python=$$(launch/find-python) && exec "$$python" -m launch

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## 启动网站（首次自动安装；PORT=8001 换端口；TLS=1 用 HTTPS；DEMO=0 不用演示数据）
	@$(LAUNCH) run

test: ## 运行全部测试（ARGS="tests/launch -x" 只运行一部分）
	@$(LAUNCH) test $(ARGS)

check: ## 格式、静态检查、类型、楼层约定、模板、迁移、依赖
	@$(LAUNCH) check

fix: ## 自动修正格式
	@$(LAUNCH) fix

figures: ## 较慢的验证，列成一张表（ONLY=imports,doors 只运行其中几项）
	@$(LAUNCH) figures

demo: ## 把数据库恢复为演示县（先询问；YES=1 不询问）
	@$(LAUNCH) demo

manage: ## 在运行中的网站上执行管理命令（DO="set_clock 2026-07-05T09:00"；不写 DO 时列出全部）
	@$(LAUNCH) manage $(DO)

lock: ## 由 requirements*.in 重新锁定依赖的版本与哈希
	@$(LAUNCH) lock
