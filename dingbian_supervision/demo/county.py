"""What the demo county consists of: 64 invented institutions and seven places without licence.

Everything is worked out from a row's position, so the same day gives the same county. Days are
counted from the day of loading: papers run out around it, whenever that is.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from stdnum.cn import uscc

_TOWNS = (
    (
        "610825001",
        ("长城南街", "民生街", "西环路", "鼓楼北路", "献忠路", "东园路", "定安街", "新区大道"),
    ),
    ("610825105", ("安边镇北街", "安边镇中学路")),
    ("610825102", ("红柳沟镇街道",)),
    ("610825103", ("砖井镇东街", "砖井镇育才路")),
    ("610825101", ("贺圈镇工业大道", "贺圈镇新村路")),
    ("610825104", ("白泥井镇中心街",)),
    ("610825109", ("杨井镇正街",)),
    ("610825112", ("樊学镇政府街",)),
    ("610825113", ("盐场堡镇盐湖路",)),
    ("610825114", ("郝滩镇北大街",)),
    ("610825106", ("堆子梁镇文化路",)),
    ("610825110", ("新安边镇中街",)),
)
# Where the next institution is: most of them in the county town, as in a real county.
_PLACES = (
    0,
    0,
    0,
    1,
    0,
    0,
    3,
    0,
    0,
    4,
    0,
    0,
    2,
    0,
    5,
    0,
    0,
    6,
    0,
    1,
    0,
    7,
    0,
    8,
    0,
    9,
    0,
    10,
    0,
    11,
    0,
    3,
)

_SHOPS = (
    "星禾",
    "青柠",
    "墨池",
    "小鹿",
    "蓝湾",
    "云雀",
    "知木",
    "春晓",
    "晨曦岭",
    "石榴籽",
    "七色鹿",
    "白杨",
    "雁南",
    "沙枣花",
    "红柳",
    "启明河",
    "苗圃",
    "长风",
    "听雨",
    "望岳",
    "乐山",
    "明远",
    "竹溪",
    "拾光",
    "三边",
    "塞上",
    "绿洲",
    "朝阳坡",
    "柠条",
    "盐湖",
    "驼铃",
    "麦浪",
    "北斗河",
    "荞花",
    "丹青里",
    "飞羽",
    "沐阳",
    "松涛",
    "灵犀岭",
    "远航",
    "雪绒花",
    "木棉",
    "向阳渠",
    "骏驰",
    "小满",
    "清泉",
    "羽梦",
    "百合滩",
    "金穗",
    "新苗",
    "古渡",
    "凌云",
    "笔尖",
    "鹤鸣",
    "山丹",
    "大漠风",
    "梧桐里",
    "格桑",
    "微光",
    "鸿雁",
    "旭日台",
    "奔流",
    "杏林",
    "朗月",
)
# The second half has the kinds in another order, so that no two streets look alike.
_KINDS_TURNED = 3
_KINDS = (
    ("WH", "美术", "美术、书法", "艺术培训学校有限公司"),
    ("WH", "舞蹈", "中国舞、街舞", "艺术培训中心有限公司"),
    ("TY", "篮球", "篮球、体能", "体育培训有限公司"),
    ("KJ", "编程", "少儿编程、机器人", "科技培训学校有限公司"),
    ("WH", "音乐", "声乐、古筝、钢琴", "艺术培训学校有限公司"),
    ("QT", "口才", "口才与主持", "素质培训学校有限公司"),
    ("TY", "游泳", "游泳", "俱乐部有限公司"),
    ("XK", "文化", "高中语文、数学、英语", "课程培训学校"),
)
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
_GIVEN = (
    "立新",
    "文静",
    "建国",
    "晓燕",
    "志强",
    "雅琴",
    "海波",
    "春梅",
    "永胜",
    "秀兰",
    "小龙",
    "玉洁",
)
# Position 9 ran out after the issue was published: the sweep takes it off the list.
_RUN_OUT_DAYS_AGO = {9: 2, 33: 33, 58: 120}
_BANKS = ("示例银行定边支行", "样本商业银行定边支行", "演示农商银行", "虚构信用社定边联社")
_LONG_NAMES = {
    5: "定边县新安边镇柠条塬青少年综合素质拓展与艺术体育培训学校有限公司",
    29: "榆林市三边红柳文化艺术与传统书画传习培训中心有限责任公司定边分公司",
}


@dataclass(frozen=True)
class DemoInstitution:
    """One invented institution, as a clerk would type it in."""

    name: str
    short_name: str
    credit_code: str
    category: str
    subjects: str
    town: str
    address: str
    principal: str
    phone: str
    licence_number: str
    valid_from: date
    valid_until: date | None
    bank: str
    account: str
    price: int
    is_non_profit: bool


@dataclass(frozen=True)
class DemoSite:
    """One invented place without licence."""

    name: str
    site_class: str
    town: str
    address: str
    subjects: str
    found_days_ago: int
    measures: tuple[str, ...]


def _credit_code(position: int, *, civil: bool) -> str:
    body = f"{'52' if civil else '91'}610825MA7{position:03}T{(position * 37) % 1000:03}"[:17]
    body = body.ljust(17, "0")
    return body + uscc.calc_check_digit(body)


def _valid_until(position: int, today: date) -> date | None:
    """Ends spread over four years; some in the coming weeks, three already past, two not recorded."""
    if position in {12, 47}:
        return None
    if position in _RUN_OUT_DAYS_AGO:
        return today - timedelta(days=_RUN_OUT_DAYS_AGO[position])
    if position % 11 == 4:
        return today + timedelta(days=3 + position)
    return today + timedelta(days=200 + (position * 53) % 1200)


def institutions(today: date) -> list[DemoInstitution]:
    """The 64 rows, in a fixed order."""
    return [_institution(position, today) for position in range(64)]


def _institution(position: int, today: date) -> DemoInstitution:
    turned = _KINDS_TURNED if position >= len(_SHOPS) // 2 else 0
    category, word, subjects, form = _KINDS[(position + turned) % len(_KINDS)]
    shop = _SHOPS[position]
    town, streets = _TOWNS[_PLACES[position % len(_PLACES)]]
    civil = category == "XK"
    until = _valid_until(position, today)
    surname = _SURNAMES[position % len(_SURNAMES)]
    return DemoInstitution(
        name=_LONG_NAMES.get(position, f"定边县{shop}{word}{form}"),
        short_name=f"{shop}{word}",
        credit_code=_credit_code(position, civil=civil),
        category=category,
        subjects=subjects,
        town=f"town-{town}",
        address=f"定边县{streets[position % len(streets)]}{12 + position * 3}号{1 + position % 4}层",
        principal=surname + _GIVEN[(position * 5) % len(_GIVEN)],
        phone=f"0912-55{position:02}{(position * 7) % 100:02}0",
        licence_number=f"16108257{18 + position % 6}{position:04}{position % 10}",
        valid_from=(until or today + timedelta(days=300)) - timedelta(days=365 * 4),
        valid_until=until,
        bank=_BANKS[position % len(_BANKS)],
        account=f"27{6100000000 + position * 97531:010}{position:04}",
        price=60 + (position * 15) % 140,
        is_non_profit=civil,
    )


# Position → the acts by which it left 正常. The other rows stay 正常 or, at the end, 待核验.
STATES: dict[int, tuple[str, ...]] = {
    7: ("suspend",),
    15: ("rest",),
    23: ("close",),
    31: ("revoke",),
    39: ("deregister",),
    44: ("move out",),
    52: ("suspend", "resume"),
}
UNVERIFIED = frozenset({18, 40, 60, 61, 62, 63})
# On the national platform, but not open for payment; and those of whom it has told nothing.
NOT_ON_PLATFORM = frozenset({3, 21})
NO_PLATFORM_DATA = frozenset({36, 50})
NO_CUSTODY = frozenset({10, 27, 45})
NO_FEES = frozenset({2, 26, 41, 55})
FAILED_ANNUAL = frozenset({28})

SITES = (
    DemoSite(
        "小状元托辅班",
        "nothing",
        "town-610825001",
        "定边县献忠路幸福家园3号楼1单元102",
        "小学语文、数学",
        21,
        ("confirm", "order to stop"),
    ),
    DemoSite(
        "飞跃英语角",
        "business_only",
        "town-610825001",
        "定边县民生街鑫源公寓7层",
        "初中英语",
        18,
        ("confirm", "order to stop", "hand over"),
    ),
    DemoSite(
        "舞动青春街舞工作室",
        "business_only",
        "town-610825105",
        "定边县安边镇北街供销社二楼",
        "街舞",
        15,
        ("confirm",),
    ),
    DemoSite(
        "王老师数学",
        "nothing",
        "town-610825103",
        "定边县砖井镇育才路家属院",
        "初中数学",
        12,
        ("confirm", "order to stop", "ban"),
    ),
    DemoSite(
        "快乐画室",
        "business_only",
        "town-610825101",
        "定边县贺圈镇新村路8号",
        "美术",
        30,
        ("confirm", "order to stop", "close"),
    ),
    DemoSite(
        "学霸自习室", "nothing", "town-610825001", "定边县西环路阳光小区底商", "作业辅导", 4, ()
    ),
    DemoSite(
        "蓝天机器人体验馆",
        "licence_only",
        "town-610825001",
        "定边县新区大道商业综合体4层",
        "机器人",
        9,
        ("confirm",),
    ),
)
