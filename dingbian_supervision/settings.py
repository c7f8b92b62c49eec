"""Every setting of the portal. Values that differ between machines come from the environment."""

import secrets
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def _text(name: str, default: str) -> str:
    """A value left empty, as a copied .env.example leaves many, means the default."""
    return str(env.str(name, "")) or default


def _switch(name: str, default: str = "0") -> bool:
    """A switch is 0 or 1; anything else stops the start instead of meaning the opposite."""
    value = _text(name, default)
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} 只能是 0 或 1，现在是“{value}”。")
    return value == "1"


def _number(name: str, default: int) -> int:
    """A number, or the start stops with words."""
    value = _text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} 应为数字，现在是“{value}”。")
    return int(value)


def _local_secret(name: str) -> str:
    """A secret made once for this machine and kept under var/; production must set its own."""
    value: str = env.str(name, "")
    if PRODUCTION and not value:
        raise ImproperlyConfigured(f"正式运行必须设置 {name}。")
    if PRODUCTION and (len(value) < _SHORTEST_SECRET or len(set(value)) < _FEWEST_CHARACTERS):
        raise ImproperlyConfigured(
            f"{name} 太容易猜到：正式运行时须为至少 {_SHORTEST_SECRET} 个随机字符。"
        )
    if value:
        return value
    path = VAR_DIR / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text().strip()


# --- What kind of run this is ---------------------------------------------------------------
DEBUG = _switch("DEBUG")
DEMO = _switch("DEMO")
PRODUCTION = not (DEBUG or DEMO)
FAKE_NOW = env.str("FAKE_NOW", "")
DEMO_PASSWORD = env.str("DEMO_PASSWORD", "")
if FAKE_NOW and not DEMO:
    raise ImproperlyConfigured("FAKE_NOW 只能与 DEMO=1 一起使用。")
# Only the demo's clock can be moved; elsewhere nothing is asked about it.
CLOCK_CAN_MOVE = DEMO

_SHORTEST_SECRET, _FEWEST_CHARACTERS = 50, 10
SECRET_KEY = _local_secret("SECRET_KEY")
# AES-256-GCM keys, "id:secret" separated by commas; the first one seals, all of them open.
FIELD_KEY = _local_secret("FIELD_KEY")
# The trail's chain is keyed by a secret that is not in the database.
AUDIT_KEY = _local_secret("AUDIT_KEY")
if PRODUCTION and len({SECRET_KEY, FIELD_KEY, AUDIT_KEY}) < 3:
    raise ImproperlyConfigured("SECRET_KEY、FIELD_KEY、AUDIT_KEY 须互不相同。")
AUDIT_HEADS_DIR = Path(_text("AUDIT_HEADS_DIR", str(VAR_DIR / "audit-heads")))

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[]) or ([] if PRODUCTION else ["*"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    raise ImproperlyConfigured("正式运行必须在 ALLOWED_HOSTS 中写明网站域名，不能为空或为 *。")
# By this name the launcher and the container ask /healthz, whatever the site is called.
ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1"]
if any("://" not in origin for origin in CSRF_TRUSTED_ORIGINS):
    raise ImproperlyConfigured("CSRF_TRUSTED_ORIGINS 中每一项须以 https:// 或 http:// 开头。")

# --- The county ------------------------------------------------------------------------------
COUNTY_NAME = _text("COUNTY_NAME", "定边县")
COUNTY_CODE = _text("COUNTY_CODE", "610825")
OFFICE_NAME = _text("OFFICE_NAME", f"{COUNTY_NAME}“双减”工作领导小组办公室")
OFFICE_SHORT_NAME = _text("OFFICE_SHORT_NAME", f"{COUNTY_NAME}双减办")
# The demo county's office has the number that its list of departments shows.
OFFICE_PHONE = _text("OFFICE_PHONE", "0912-5550000" if DEMO else "")
if PRODUCTION and not OFFICE_PHONE:
    raise ImproperlyConfigured(
        "正式运行必须设置 OFFICE_PHONE：查不到的机构、出错的页面都要请家长拨打这个电话核实。"
    )
OFFICE_EMAIL = _text("OFFICE_EMAIL", "office@dingbian.example" if DEMO else "")
SITE_NAME = _text("SITE_NAME", f"{COUNTY_NAME}校外培训机构监管服务")
# The address that codes on the wall carry; empty means: the address by which the page was asked for.
SITE_ADDRESS = env.str("SITE_ADDRESS", "").rstrip("/")
if SITE_ADDRESS and not SITE_ADDRESS.startswith(("https://", "http://")):
    raise ImproperlyConfigured(f"SITE_ADDRESS 须以 https:// 开头，现在是“{SITE_ADDRESS}”。")
FOOTER = {
    "sponsor": _text("SITE_SPONSOR", f"{COUNTY_NAME}教育和体育局"),
    "site_code": env.str("SITE_CODE", ""),
    "icp": env.str("SITE_ICP", ""),
    "police": env.str("SITE_POLICE_RECORD", ""),
}

# --- Rooms -----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_linear_migrations",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "foundation.accounts",
    "foundation.audit",
    "foundation.attachments",
    "foundation.clock",
    "foundation.health",
    "foundation.law",
    "foundation.numbering",
    "foundation.oversight",
    "foundation.ui",
    "foundation.web",
    "institutions",
    "inspections",
    "public",
    "desk",
    "dingbian_supervision",
]
ROOT_URLCONF = "dingbian_supervision.urls"
WSGI_APPLICATION = "dingbian_supervision.wsgi.application"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "foundation.web.middleware.OnePolicyMiddleware",
    "foundation.web.middleware.SensibleRequestMiddleware",
    "foundation.accounts.staff_side.StaffSessions",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "foundation.accounts.staff_side.StaffUsers",
    "foundation.accounts.staff_side.StaffDevices",
    "foundation.accounts.staff_side.StaffMessages",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "foundation.accounts.middleware.StaffMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "foundation.web.context.county",
            ],
        },
    }
]

# --- Stores ----------------------------------------------------------------------------------
DATABASES = {"default": env.db_url("DATABASE_URL", "postgres://dingbian@localhost/dingbian")}
if "postgresql" not in DATABASES["default"]["ENGINE"]:
    raise ImproperlyConfigured("DATABASE_URL 须以 postgres:// 开头：本系统只用 PostgreSQL。")
DATABASES["default"] |= {
    "HOST": unquote(DATABASES["default"]["HOST"]),  # a socket's folder is written with %2F
    "CONN_MAX_AGE": _number("CONN_MAX_AGE", 60),
    "CONN_HEALTH_CHECKS": True,
    "TEST": {"NAME": env.str("TEST_DATABASE", "") or None},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "")
if PRODUCTION and not REDIS_URL:
    raise ImproperlyConfigured("正式运行必须设置 REDIS_URL；文件队列只供演示和试用。")
if REDIS_URL and not REDIS_URL.startswith(("redis://", "rediss://")):
    raise ImproperlyConfigured("REDIS_URL 须以 redis:// 或 rediss:// 开头。")
CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
        if REDIS_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    ),
    # Papers that take long to make: every process finds them, with Redis and without.
    "papers": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "papers",
        "TIMEOUT": None,
        # Django's 300 would throw a third of them out, and each is made anew while readers wait.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": _text("MEDIA_DIR", str(VAR_DIR / "media"))},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STATIC_URL = "/static/"
STATIC_ROOT = _text("STATIC_DIR", str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# The phone's scripts import each other by plain names: all of them must be of one version.
WHITENOISE_MAX_AGE = 0
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576

# --- Words and time --------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- Who acts --------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
PERMISSIONS = BASE_DIR / "dingbian_supervision" / "permissions.csv"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
# What a phone on duty asks scripts for: answered in JSON, and never sent to another page.
PHONE_PATHS = (
    "/phone/session/",
    "/phone/confirm/",
    "/phone/visits/",
    "/phone/blobs/",
    "/phone/sync/",
)
# Below these addresses there are staff only; everywhere else no session is touched.
STAFF_PATHS = ("/office/", *PHONE_PATHS)
# How many proxies of our own stand in front: that many entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = _number("TRUSTED_PROXIES", 0)

# Passwords: long rather than intricate; the assessment's classes and 90 days are switches.
PASSWORD_MIN_LENGTH = 12
PASSWORD_MAX_LENGTH = 128
PASSWORD_HISTORY = 5
PASSWORD_MAX_AGE_DAYS = _number("PASSWORD_MAX_AGE_DAYS", 365)
PASSWORD_CLASSES = _number("PASSWORD_CLASSES", 0)
ONE_TIME_PASSWORD_DAYS = 7
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"foundation.accounts.passwords.{name}"}
    for name in ("Length", "Classes", "NotCommon", "NotLikeThePerson", "NotUsedBefore")
]

# Sessions
SESSION_IDLE_SECONDS = 30 * 60
# A phone on duty: a day of visits, at its own addresses only.
PHONE_IDLE_SECONDS = 8 * 60 * 60
SESSION_COOKIE_AGE = 12 * 60 * 60  # absolute: from the sign-in on
SESSIONS_AT_ONCE = 3
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
CSRF_FAILURE_VIEW = "foundation.accounts.views.sign_in.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
KNOWN_DEVICE_DAYS = 180
# What was typed into a form whose session had ended is carried through the sign-in up to this size.
KEPT_TEXT_BYTES = 200 * 1024

# Wrong passwords: by account and address here, by account and by address in accounts/locks.py.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "foundation.accounts.client.counted_address"
AXES_LOCKOUT_CALLABLE = "foundation.accounts.locks.keep_our_answer"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ACCESS_FAILURE_LOG = True
# Beyond its limit axes drops the newest lines, which are the ones that count.
AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 1_000_000_000
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are kept in StaffSession and in the trail
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "kept", "next"]
AXES_VERBOSE = False
FAILURES_PER_ACCOUNT_AND_HOUR = 20
FAILURES_PER_ADDRESS_AND_HOUR = 30

# Second factor: required by default for those who decide, check and administer; not in the demo.
TOTP_REQUIRED_ROLES = frozenset() if DEMO else frozenset({"lead", "head", "audit", "admin"})
OTP_TOTP_ISSUER = OFFICE_SHORT_NAME  # short: every character makes the code to scan denser
TOTP_TRIES = 5

# How long failed and ended sign-ins are kept: the law asks for six months.
NETWORK_LOG_DAYS = 190

# A photo or signature whose act has not come for so long is deleted: the phone, if it still has it, sends it again.
UNCLAIMED_EVIDENCE_DAYS = 90

# A department's telephone that nobody has checked for so long is shown with a warning.
CONTACT_STALE_DAYS = _number("CONTACT_STALE_DAYS", 90)

# --- What browsers are told ------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- What is logged --------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "dingbian_supervision.logs.MaskingFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": _text("LOG_LEVEL", "INFO").upper()},
    "loggers": {"django": {"handlers": [], "propagate": True}},
}

# --- The clock's worker ----------------------------------------------------------------------
_BROKER_DIR = Path(_text("BROKER_DIR", str(VAR_DIR / "broker")))
CELERY_BROKER_URL = REDIS_URL or "filesystem://"
if not REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_BROKER_DIR / "queue"),
        "data_folder_out": str(_BROKER_DIR / "queue"),
        "control_folder": str(_BROKER_DIR / "control"),
        "processed_folder": str(_BROKER_DIR / "processed"),
        "store_processed": False,
        "polling_interval": 0.25,  # also how soon the worker notices that it has to stop
    }
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
