"""The fields that each kind of spreadsheet may carry, and the headers by which they are known."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from institutions.models import ImportKind


class Sort(StrEnum):
    """How the text of a cell becomes a value."""

    TEXT = "text"
    NAME = "name"
    CODE = "code"
    NUMBERS = "numbers"
    DATE = "date"
    UNTIL = "until"
    PERIOD = "period"
    YEAR = "year"
    COUNT = "count"
    AMOUNT = "amount"
    YES_NO = "yes_no"
    CHOICE = "choice"
    TOWN = "town"
    CATEGORY = "category"
    DEPARTMENT = "department"
    PHONE = "phone"
    PERSON = "person"
    BANK = "bank"
    ACCOUNT = "account"
    CONCLUSION = "conclusion"
    CLASS = "class"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Field:
    """One thing that a column may say."""

    name: str
    label: str
    sort: Sort
    headers: tuple[str, ...]
    longest: int = 0


def _field(name: str, label: str, sort: Sort, headers: str, longest: int = 0) -> Field:
    return Field(name, label, sort, (label, *headers.split()), longest)


_NAME = _field(
    "name",
    "机构名称",
    Sort.NAME,
    "名称 单位名称 培训机构名称 校外培训机构名称 学校名称 机构全称 全称 机构 培训机构 办学机构名称 办学机构 "
    "民办学校名称 培训学校名称 企业名称 机构名 培训机构全称",
    100,
)
_CREDIT = _field(
    "credit_code",
    "统一社会信用代码",
    Sort.CODE,
    "信用代码 社会信用代码 统一信用代码 统一社会信用代码证号 信用代码证 统一社会信用代码（营业执照） "
    "营业执照号 营业执照编号 工商注册号 民非登记证号 统一代码",
)
_ADDRESS = _field(
    "address",
    "办学地址",
    Sort.TEXT,
    "地址 机构地址 办学地点 详细地址 培训地址 培训地点 核准地址 办学地址（核准） 注册地址 校址 办学场所 "
    "办学场所地址 教学地址 教学地点 住所 经营地址 地点 所在地址 办学详细地址",
    200,
)
_LICENCE = _field(
    "licence_number",
    "许可证号",
    Sort.NUMBERS,
    "办学许可证号 办学许可证 许可证编号 办学许可证编号 许可证 民办学校办学许可证号 证号 许可证书编号 "
    "办学许可证证号 许可证号码 办学许可证号码 教民号 行政许可证号",
    60,
)
_TOWN = _field(
    "town",
    "所在镇街",
    Sort.TOWN,
    "镇街 乡镇 镇 街道 所属镇街 所在乡镇 所属乡镇 乡镇街道 镇（街道） 镇（街道、乡） 所属街道 镇办 所在镇",
)
_SUBJECTS = _field(
    "subjects",
    "培训项目",
    Sort.TEXT,
    "办学内容 培训内容 培训科目 培训课程 办学项目 课程 科目 经营范围 业务范围 办学范围 核准内容 培训范围 "
    "核准内容（培训项目） 培训类目 项目",
    300,
)
_REMARK = _field("remark", "备注", Sort.TEXT, "说明 其他 其它 备注说明", 500)
_IGNORED = (
    _field(
        "", "不导入", Sort.NOTHING, "序号 编号 序 区县 县区 所属区县 县（区） 市 省 行政区划 行政区"
    ),
)

_INSTITUTION = (
    _NAME,
    _field("short_name", "简称或招牌名", Sort.TEXT, "简称 招牌名 招牌 店招 品牌 机构简称", 60),
    _CREDIT,
    _field("registration_type", "登记类型", Sort.CHOICE, "法人类型 登记性质 单位性质 注册类型"),
    _field(
        "profit_kind", "营利性质", Sort.CHOICE, "机构性质 办学性质 是否营利 营利性 营利类型 性质"
    ),
    _field(
        "category",
        "培训类别",
        Sort.CATEGORY,
        "类别 机构类别 培训类型 办学类别 办学类型 机构类型 类型 分类",
    ),
    _SUBJECTS,
    _TOWN,
    _ADDRESS,
    _field(
        "actual_address",
        "实际办学地址",
        Sort.TEXT,
        "实际地址 现地址 实际办学地点 实际经营地址",
        200,
    ),
    _field("floor", "楼层", Sort.TEXT, "所在楼层", 40),
    _field(
        "building_area", "建筑面积（平方米）", Sort.AMOUNT, "建筑面积 面积 场地面积 办学面积 总面积"
    ),
    _field(
        "teaching_area", "教学用房面积（平方米）", Sort.AMOUNT, "教学面积 教学用房面积 教室面积"
    ),
    _field("is_rented", "是否租赁", Sort.YES_NO, "租赁 场地是否租赁"),
    _field("lease_until", "租期至", Sort.DATE, "租赁到期 租赁期限 租期 租赁截止日期"),
    _field("contact_name", "机构联系人", Sort.PERSON, "联系人 联络人", 40),
    _field(
        "contact_phone",
        "机构联系电话",
        Sort.PHONE,
        "联系电话 电话 手机 手机号 联系方式 手机号码 电话号码",
        40,
    ),
    _field("legal", "法定代表人", Sort.PERSON, "法人 法人代表 法人姓名 法定代表人姓名", 60),
    _field(
        "principal",
        "校长或主要负责人",
        Sort.PERSON,
        "校长 负责人 主要负责人 机构负责人 校长姓名",
        60,
    ),
    _field("sponsor", "举办者", Sort.PERSON, "举办人 投资人 举办者姓名 举办者（出资人）", 60),
    _field("fire", "消防安全责任人", Sort.PERSON, "消防责任人 安全责任人", 60),
    _LICENCE,
    _field("licence_kind", "许可证类型", Sort.CHOICE, "证件类型 许可类型"),
    _field("authority", "审批机关", Sort.TEXT, "发证机关 审批部门 审批单位 发证单位 许可机关", 100),
    _field("issued_on", "发证日期", Sort.DATE, "发证时间 颁证日期 审批时间 审批日期 批准时间"),
    _field(
        "valid_from",
        "有效期起",
        Sort.DATE,
        "有效期自 有效期开始 有效期起始 有效期起始日期 起始日期",
    ),
    _field(
        "valid_until",
        "有效期止",
        Sort.UNTIL,
        "有效期至 到期日期 到期时间 截止日期 有效期截止 有效期结束",
    ),
    _field(
        "validity",
        "有效期",
        Sort.PERIOD,
        "有效期限 许可证有效期 办学许可证有效期 许可证有效期限 有效日期 起止日期 起止时间 有效期起止 "
        "有效期起止日期 有效期起止时间 许可证有效期起止",
        200,
    ),
    _field("capacity", "办学规模（人）", Sort.COUNT, "办学规模 核定人数 招生规模 规模"),
    _field(
        "lead_department",
        "牵头监管部门",
        Sort.DEPARTMENT,
        "主管部门 牵头部门 业务主管单位 业务主管部门 监管部门 行业主管部门",
    ),
    _field("grid_officer", "网格员", Sort.PERSON, "网格", 40),
    _field("custody_mode", "资金监管方式", Sort.CHOICE, "监管方式 资金监管 预收费监管方式"),
    _field(
        "custody_bank",
        "监管银行",
        Sort.BANK,
        "开户银行 开户行 资金监管银行 托管银行 监管账户开户行",
        100,
    ),
    _field("custody_name", "专户户名", Sort.BANK, "户名 账户名称 监管账户名称", 100),
    _field(
        "custody_account",
        "专户账号",
        Sort.ACCOUNT,
        "账号 监管账号 监管账户 银行账号 资金监管账号 专用账户",
        40,
    ),
    _REMARK,
    *_IGNORED,
)

_UNLICENSED = (
    _field(
        "name",
        "场所名称或招牌",
        Sort.NAME,
        "名称 机构名称 场所名称 招牌 招牌名 店名 单位名称 培训机构名称 培训机构 机构",
        100,
    ),
    _field(
        "glued",
        "名称和地址（写在一格）",
        Sort.TEXT,
        "名称及地址 机构名称及地址 名称地址 名称和地址",
        300,
    ),
    _field("address", "地址", Sort.TEXT, " ".join(_ADDRESS.headers), 200),
    _field(
        "class",
        "类别",
        Sort.CLASS,
        "列入原因 原因 列入黑名单原因 证照情况 类型 证照类别 违规类型 违规情形 无证类别",
        300,
    ),
    _field("subjects", "培训内容", Sort.TEXT, " ".join(_SUBJECTS.headers), 300),
    _TOWN,
    _field("landlord", "房东或物业", Sort.TEXT, "房东 物业 产权人 房屋产权人", 100),
    _field("people_concerned", "涉及学生数", Sort.COUNT, "学生数 学生人数 涉及人数 在训人数 人数"),
    _field(
        "found_on",
        "发现日期",
        Sort.DATE,
        "查处时间 发现时间 检查时间 查处日期 检查日期 排查时间 时间 日期",
    ),
    _field("found_by", "发现渠道", Sort.TEXT, "线索来源 来源 发现方式", 100),
    _field(
        "outcome",
        "处理结果",
        Sort.TEXT,
        "处置结果 处置情况 处理情况 处理措施 处置措施 查处结果 整治情况",
        300,
    ),
    _REMARK,
    *_IGNORED,
)

_ANNUAL = (
    _NAME,
    _CREDIT,
    _LICENCE,
    _ADDRESS,
    _field("year", "年检年度", Sort.YEAR, "年度 检查年度 年份 年检年份"),
    _field(
        "conclusion",
        "年检结论",
        Sort.CONCLUSION,
        "年检结果 结论 年检 检查结论 年度检查结果 年度检查结论 检查结果 年检情况 年检等次 等次 结果",
        200,
    ),
    _field("reported_on", "年报日期", Sort.DATE, "年检日期 年检时间 检查日期 检查时间"),
    _field("document", "依据文书", Sort.TEXT, "文号 文件 依据", 200),
    _field("remark", "备注", Sort.TEXT, "说明 其他 原因", 200),
    *_IGNORED,
)

_PLATFORM = (
    _NAME,
    _CREDIT,
    _field(
        "platform_id",
        "全国平台机构编号",
        Sort.TEXT,
        "机构ID 机构id 机构编号 平台机构ID 平台编号 机构编码 机构标识 机构标识码",
        40,
    ),
    _field(
        "courses_listed",
        "上架课程数",
        Sort.COUNT,
        "课程数 上架课程 已上架课程数 课程数量 上架课程数量",
    ),
    _field(
        "payment_open",
        "已开通平台支付",
        Sort.YES_NO,
        "是否开通支付 支付开通 开通支付 支付状态 是否开通缴费 是否开通平台支付",
    ),
    _field(
        "custody_open",
        "平台显示已资金监管",
        Sort.YES_NO,
        "资金监管 是否资金监管 资金监管状态 是否纳入资金监管 预收费监管",
    ),
    _field("staff", "从业人员数", Sort.COUNT, "从业人员 人员数 教职工数 从业人员总数 教学人员数"),
    _field("full_time_staff", "专职人员数", Sort.COUNT, "专职人数 专职 专职教师数 专职人员"),
    _field("certified_staff", "持证人员数", Sort.COUNT, "持证人数 持证 持证教师数 持证人员"),
    _field("staff_checked_on", "从业查询日期", Sort.DATE, "查询日期 从业查询时间"),
    *_IGNORED,
)

FIELDS: Mapping[str, tuple[Field, ...]] = {
    ImportKind.REGISTER: _INSTITUTION,
    ImportKind.WHITELIST: _INSTITUTION,
    ImportKind.UNLICENSED: _UNLICENSED,
    ImportKind.ANNUAL: _ANNUAL,
    ImportKind.PLATFORM: _PLATFORM,
}


def fields_of(kind: str) -> dict[str, Field]:
    """The fields of a kind by name, without the columns that are passed over."""
    return {field.name: field for field in FIELDS[kind] if field.name}


# At least one of each group must stand in the sheet, else its rows cannot be told apart.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    ImportKind.REGISTER: (("name",),),
    ImportKind.WHITELIST: (("name",),),
    ImportKind.UNLICENSED: (("name", "glued"),),
    ImportKind.ANNUAL: (("name", "credit_code", "licence_number"), ("conclusion",)),
    ImportKind.PLATFORM: (("name", "credit_code"),),
}
