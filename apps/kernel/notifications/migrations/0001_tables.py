"""The tables of notifications, folded from the steps that built them up before the first release."""

import apps.kernel.workcalendar.clock
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('notifications', '0001_initial'), ('notifications', '0002_dispatch'), ('notifications', '0003_mail_to_an_address')]

    initial = True

    dependencies = [
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('destination', models.CharField(max_length=40, verbose_name='接收系统')),
                ('stream', models.CharField(max_length=80, verbose_name='所涉对象')),
                ('sequence', models.PositiveIntegerField(verbose_name='序号')),
                ('body', models.TextField(verbose_name='报文')),
                ('created_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='生成时间')),
                ('state', models.CharField(choices=[('queued', '待发送'), ('sending', '发送中'), ('delivered', '已送达'), ('failed', '待重试'), ('dead', '发送失败'), ('expired', '已过期')], default='queued', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='已尝试次数')),
                ('next_attempt_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='下次尝试时间')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='最近错误')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                ('answer', models.TextField(blank=True, verbose_name='对方答复')),
            ],
            options={
                'verbose_name': '系统间报文',
                'verbose_name_plural': '系统间报文',
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'failed', 'sending'])), fields=['next_attempt_at'], name='dispatch_waiting'), models.Index(fields=['destination', '-created_at'], name='dispatch_latest')],
                'constraints': [models.UniqueConstraint(fields=('destination', 'stream', 'sequence'), name='dispatch_in_order'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'delivered')), models.Q(('state', 'delivered'), _negated=True), _connector='OR'), name='dispatch_sent_at')],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('template', models.CharField(max_length=60, verbose_name='模板')),
                ('about', models.CharField(blank=True, max_length=80, verbose_name='所涉对象')),
                ('email', models.EmailField(blank=True, help_text='收件人不在本系统登记时填写', max_length=254, verbose_name='电子邮箱')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], max_length=10, verbose_name='语言')),
                ('subject', models.CharField(max_length=300, verbose_name='标题')),
                ('body', models.TextField(verbose_name='正文')),
                ('created_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='生成时间')),
                ('valid_until', models.DateTimeField(blank=True, null=True, verbose_name='有效期至')),
                ('read_at', models.DateTimeField(blank=True, null=True, verbose_name='首次阅读时间')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='parties.office', verbose_name='机关单位')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='parties.party', verbose_name='纳税人、缴费人')),
                ('read_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='阅读人')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
            ],
            options={
                'verbose_name': '通知',
                'verbose_name_plural': '通知',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['party', '-id'], name='message_party'), models.Index(fields=['office', '-id'], name='message_office'), models.Index(condition=models.Q(('about', ''), _negated=True), fields=['about'], name='message_about'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['party'], name='message_party_unread'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['office'], name='message_office_unread'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['user'], name='message_user_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('email', ''), ('office__isnull', True), ('party__isnull', False), ('user__isnull', True)), models.Q(('email', ''), ('office__isnull', False), ('party__isnull', True), ('user__isnull', True)), models.Q(('email', ''), ('office__isnull', True), ('party__isnull', True), ('user__isnull', False)), models.Q(('office__isnull', True), ('party__isnull', True), ('user__isnull', True), models.Q(('email', ''), _negated=True)), _connector='OR'), name='message_one_recipient'), models.CheckConstraint(condition=models.Q(models.Q(('read_at__isnull', True), ('read_by__isnull', True)), models.Q(('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='message_read_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('channel', models.CharField(choices=[('inbox', '站内信'), ('email', '电子邮件'), ('sms', '短信'), ('push', '一网通办推送')], max_length=10, verbose_name='渠道')),
                ('address', models.CharField(max_length=254, verbose_name='地址')),
                ('state', models.CharField(choices=[('queued', '待发送'), ('sending', '发送中'), ('delivered', '已送达'), ('failed', '待重试'), ('dead', '发送失败'), ('expired', '已过期')], default='queued', max_length=10, verbose_name='状态')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='已尝试次数')),
                ('next_attempt_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='下次尝试时间')),
                ('last_error', models.CharField(blank=True, max_length=300, verbose_name='最近错误')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送达时间')),
                ('provider_reference', models.CharField(blank=True, max_length=120, verbose_name='服务方编号')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliveries', to='notifications.message', verbose_name='通知')),
            ],
            options={
                'verbose_name': '投递',
                'verbose_name_plural': '投递',
                'indexes': [models.Index(condition=models.Q(('state__in', ['queued', 'failed', 'sending'])), fields=['next_attempt_at'], name='delivery_waiting'), models.Index(condition=models.Q(('state', 'dead')), fields=['state'], name='delivery_dead')],
                'constraints': [models.UniqueConstraint(fields=('message', 'channel'), name='delivery_once_per_channel'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state', 'delivered')), models.Q(('state', 'delivered'), _negated=True), _connector='OR'), name='delivery_sent_at')],
            },
        ),
        migrations.CreateModel(
            name='MessageTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=60, verbose_name='代码')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', 'English')], max_length=10, verbose_name='语言')),
                ('subject', models.CharField(max_length=200, verbose_name='标题')),
                ('body', models.TextField(help_text='可使用 {{ 变量 }} 和过滤器；不支持标签。', verbose_name='正文')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
                ('published_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='发布时间')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发布人')),
            ],
            options={
                'verbose_name': '通知模板',
                'verbose_name_plural': '通知模板',
                'ordering': ['code', 'language', '-version'],
                'constraints': [models.UniqueConstraint(fields=('code', 'language', 'version'), name='template_version_once'), models.UniqueConstraint(condition=models.Q(('active', True)), fields=('code', 'language'), name='template_one_active')],
            },
        ),
        migrations.CreateModel(
            name='OptOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('inbox', '站内信'), ('email', '电子邮件'), ('sms', '短信'), ('push', '一网通办推送')], max_length=10, verbose_name='渠道')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='channel_opt_outs', to='parties.party', verbose_name='纳税人、缴费人')),
            ],
            options={
                'verbose_name': '退订渠道',
                'verbose_name_plural': '退订渠道',
                'constraints': [models.UniqueConstraint(fields=('party', 'channel'), name='opt_out_once'), models.CheckConstraint(condition=models.Q(('channel', 'inbox'), _negated=True), name='opt_out_never_inbox')],
            },
        ),
    ]
