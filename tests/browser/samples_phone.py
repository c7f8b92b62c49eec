"""What visits/ tells a phone in the tests: an officer of the lead, with visits of every kind."""

from typing import Any

NOW = "2026-07-06T01:00:00Z"
LONG = "定边县星河启航青少年科学与艺术综合素质培训学校有限公司城关分校"
AREAS = {
    "A": (
        "办学资质",
        [
            "办学许可证、营业执照在有效期内，悬挂在显著位置。",
            "实际办学地址与许可证一致，没有未经批准的教学点。",
            "没有擅自变更名称、举办者、培训内容。",
        ],
    ),
    "D": (
        "收费与资金监管",
        [
            "收费项目和标准公示在显著位置，与备案一致。",
            "没有一次性收取或变相收取超过三个月或六十课时的费用，单次不超过5000元。",
            "预收费全部存入资金监管专用账户，没有使用个人账户或者其他账户收取培训费。",
        ],
    ),
    "F": ("消防与场所安全", ["疏散通道、安全出口畅通，没有锁闭或者堵塞。"]),
}
SEVERITIES = [[1, "轻微"], [2, "一般"], [3, "较重"], [4, "严重"]]
MODES = [["on_the_spot", "立行立改"], ["in_time", "限期整改"], ["case", "立案或移送"]]
VALUES = [
    ["met", "合格"],
    ["not_met", "不合格"],
    ["not_applicable", "不适用"],
    ["not_looked_at", "未查"],
]


def _checklist() -> dict[str, Any]:
    number = 10
    areas = []
    for code, (title, texts) in AREAS.items():
        items = []
        for at, text in enumerate(texts, 1):
            number += 1
            items.append(
                {
                    "id": number,
                    "code": f"{code}{at}",
                    "text": text,
                    "basis": ["《校外培训行政处罚暂行办法》第十七条（未核实）"],
                    "severity": 2,
                    "mode": "in_time",
                    "days": 15,
                }
            )
        areas.append({"code": code, "title": title, "items": items})
    return {"name": "检查表第1版", "areas": areas}


def visit(pk: str, place: str, day: str, **other: Any) -> dict[str, Any]:
    """One visit of this officer; `other` says what is different."""
    found: dict[str, Any] = {
        "visit": pk,
        "number": f"定双减检〔2026〕{pk}号",
        "place": place,
        "address": "定边县定边镇长城南街88号星河大厦三层",
        "telephone": "0912-0000088",
        "planned_on": day,
        "at": "09:00",
        "state": "approved",
        "state_words": "已批准",
        "may_begin": True,
        "begun_at": None,
        "is_lead": True,
        "lead": "县教育和体育局",
        "department": "县教育和体育局",
        "checklist": "3",
        "items": [11, 12, 13, 14, 15, 16],
        "people": [
            {
                "id": "7",
                "name": "苏合",
                "department": "县教育和体育局",
                "certificate": "陕K0001",
                "me": True,
            },
            {
                "id": "8",
                "name": "杜若",
                "department": "县教育和体育局",
                "certificate": "陕K0002",
                "me": False,
            },
        ],
        "prepare": "带执法证、检查表",
        "answers": [],
        "findings": [],
        "photos": [],
        "signatures": [],
        "others": [{"department": "县消防救援大队", "answered": 1, "asked": 1}],
    }
    return found | other


def told(*visits: dict[str, Any], user: str = "7") -> dict[str, Any]:
    """The whole answer."""
    return {
        "now": NOW,
        "user": {"id": user, "name": "苏合", "department": "县教育和体育局"},
        "rules": {"late_days": 10},
        "severities": SEVERITIES,
        "modes": MODES,
        "values": VALUES,
        "checklists": {"3": _checklist()},
        "visits": list(visits),
    }


def usual() -> dict[str, Any]:
    """Today, overdue, ahead, over."""
    return told(
        visit("417", LONG, "2026-07-06"),
        visit("418", "小太阳舞蹈工作室", "2026-07-06", at="", is_lead=False, lead="县公安局"),
        visit("401", "明德书画社", "2026-07-03"),
        visit(
            "430",
            "蓝鲸游泳俱乐部",
            "2026-07-09",
            state="planned",
            state_words="拟定",
            may_begin=False,
            number="",
        ),
        visit(
            "390",
            "新苗英语",
            "2026-07-05",
            state="concluded",
            state_words="已结论",
            may_begin=False,
            begun_at="2026-07-05T01:00:00Z",
        ),
    )
