"""The lives of checklists, campaigns, tasks, draws, inspections, findings and published results in code, beside the office's own table of them."""

import csv
from pathlib import Path

from foundation.workflow import Workflow
from inspections.workflow import CAMPAIGN, CHECKLIST, DISCLOSURE, DRAW, FINDING, INSPECTION, TASK

TABLE = Path(__file__).with_name("workflow.csv")
WORDS = {
    "release": "发布",
    "discard": "作废",
    "fix": "固定名单",
    "draw": "抽取",
    "start": "启动",
    "end": "结束",
    "cancel": "取消",
    "report": "上报",
    "send back": "退回",
    "ask": "提请审批",
    "approve": "同意",
    "merge": "合并",
    "begin": "开始",
    "conclude": "结论",
    "fix on the spot": "当场改正",
    "withdraw": "撤销",
    "propose": "拟定",
    "publish": "公示",
    "withhold": "不公示",
    "take down": "撤下",
}
LIVES = (CHECKLIST, CAMPAIGN, TASK, DRAW, INSPECTION, FINDING, DISCLOSURE)


def written(life: Workflow) -> set[tuple[str, str, str, str]]:
    return {
        (life.name, life.states(before).label, WORDS[act], life.states(after).label)
        for before, acts in life.table.items()
        for act, after in acts.items()
    }


def test_every_life_is_the_one_of_the_offices_table() -> None:
    with TABLE.open(encoding="utf-8", newline="") as file:
        wanted = {
            (line["of"], line["before"], line["act"], line["after"])
            for line in csv.DictReader(file)
        }

    assert set().union(*(written(life) for life in LIVES)) == wanted
