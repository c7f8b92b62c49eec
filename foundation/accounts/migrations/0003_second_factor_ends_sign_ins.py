"""A sign-in may also end because an authenticator was bound elsewhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_phone_and_email_checked_apart")]

    operations = [
        migrations.AlterField(
            model_name="staffsession",
            name="ended_why",
            field=models.CharField(
                blank=True,
                choices=[
                    ("signed_out", "已退出"),
                    ("idle", "长时间未操作"),
                    ("expired", "超过一次登录的最长时间"),
                    ("crowded_out", "同时登录的设备超过上限，最早的一处已退出"),
                    ("ended_elsewhere", "本人在另一处将其退出"),
                    ("password_changed", "密码已修改"),
                    ("role_changed", "角色或部门已调整"),
                    ("disabled", "账号已停用"),
                    ("reset", "管理员重置了登录方式"),
                    ("second_factor", "在另一处绑定了身份验证器"),
                ],
                max_length=20,
                verbose_name="结束原因",
            ),
        ),
    ]
