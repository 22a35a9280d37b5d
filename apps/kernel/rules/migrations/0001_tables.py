"""The tables of rules, folded from the steps that built them up before the first release."""

import apps.kernel.rules.models
import apps.kernel.workcalendar.clock
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('rules', '0001_initial'), ('rules', '0002_policies')]

    initial = True

    dependencies = [
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.SmallAutoField(primary_key=True, serialize=False)),
                ('code', models.CharField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]+([.\\-][A-Z0-9]+)*\\Z', '代码只能由大写字母、数字及 . - 组成。')], verbose_name='代码')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('taxes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None, verbose_name='税费种')),
                ('enjoyed_field', models.CharField(blank=True, max_length=40, verbose_name='表明已享受的事实')),
            ],
            options={
                'verbose_name': '优惠政策',
                'verbose_name_plural': '优惠政策',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='LegalDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=60, unique=True, validators=[django.core.validators.RegexValidator('^[a-z0-9]+([.\\-_][a-z0-9]+)*\\Z', '代码只能由小写字母、数字及 . - _ 组成。')], verbose_name='代码')),
                ('title', models.CharField(max_length=200, verbose_name='名称')),
                ('number', models.CharField(blank=True, max_length=100, verbose_name='文号')),
                ('issued_on', models.DateField(blank=True, null=True, verbose_name='发布日期')),
                ('in_force_from', models.DateField(blank=True, null=True, verbose_name='施行日期')),
                ('in_force_to', models.DateField(blank=True, null=True, verbose_name='失效日期')),
                ('url', models.URLField(blank=True, verbose_name='网址')),
                ('text', models.TextField(blank=True, verbose_name='正文')),
            ],
            options={
                'verbose_name': '法律文件',
                'verbose_name_plural': '法律文件',
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('in_force_to__isnull', True), ('in_force_to__gte', models.F('in_force_from')), _connector='OR'), name='document_period', violation_error_message='失效日期不能早于施行日期。')],
            },
        ),
        migrations.CreateModel(
            name='Parameter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[a-z0-9]+([.\\-_][a-z0-9]+)*\\Z', '代码只能由小写字母、数字及 . - _ 组成。')], verbose_name='代码')),
                ('region', models.CharField(default='310000', max_length=6, verbose_name='地区')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('shape', models.CharField(choices=[('decimal', '数值'), ('brackets', '级距表'), ('term', '期限')], default='decimal', max_length=10, verbose_name='值类型')),
                ('value', models.JSONField(blank=True, null=True, verbose_name='值')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='单位')),
                ('comparator', models.CharField(blank=True, choices=[('<', '未达到（<）'), ('<=', '不超过（≤）'), ('>=', '达到（≥）'), ('>', '超过（>）')], max_length=2, verbose_name='比较方式')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('confidence', models.CharField(choices=[('C', '已核对原文'), ('H', '较可靠，待复核'), ('M', '一般，待复核'), ('L', '存疑，待复核'), ('P', '本市拟定')], max_length=1, verbose_name='可信度')),
                ('review', models.CharField(choices=[('pending', '待复核'), ('confirmed', '已核对'), ('reviewed', '已双人复核')], default='pending', max_length=10, verbose_name='复核状态')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rules.legaldocument', verbose_name='法律文件')),
            ],
            options={
                'verbose_name': '法定参数',
                'verbose_name_plural': '法定参数',
                'ordering': ['code', 'region', 'valid_from'],
                'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('code', '='), ('region', '='), (apps.kernel.rules.models._DateRange('valid_from', 'valid_to', django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True)), '&&')], name='parameter_one_in_force', violation_error_message='同一代码在同一地区的有效期不能重叠。'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='parameter_period', violation_error_message='终止日期不能早于生效日期。')],
            },
        ),
        migrations.CreateModel(
            name='ParameterChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=80, validators=[django.core.validators.RegexValidator('^[a-z0-9]+([.\\-_][a-z0-9]+)*\\Z', '代码只能由小写字母、数字及 . - _ 组成。')], verbose_name='代码')),
                ('region', models.CharField(default='310000', max_length=6, verbose_name='地区')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('shape', models.CharField(choices=[('decimal', '数值'), ('brackets', '级距表'), ('term', '期限')], default='decimal', max_length=10, verbose_name='值类型')),
                ('value', models.JSONField(blank=True, null=True, verbose_name='值')),
                ('unit', models.CharField(blank=True, max_length=20, verbose_name='单位')),
                ('comparator', models.CharField(blank=True, choices=[('<', '未达到（<）'), ('<=', '不超过（≤）'), ('>=', '达到（≥）'), ('>', '超过（>）')], max_length=2, verbose_name='比较方式')),
                ('clause', models.CharField(blank=True, max_length=120, verbose_name='条款')),
                ('confidence', models.CharField(choices=[('C', '已核对原文'), ('H', '较可靠，待复核'), ('M', '一般，待复核'), ('L', '存疑，待复核'), ('P', '本市拟定')], max_length=1, verbose_name='可信度')),
                ('reason', models.CharField(max_length=300, verbose_name='变更理由')),
                ('state', models.CharField(choices=[('proposed', '待复核'), ('approved', '已通过'), ('refused', '已退回')], default='proposed', max_length=10, verbose_name='状态')),
                ('proposed_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                ('opinion', models.CharField(blank=True, max_length=300, verbose_name='复核意见')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='rules.legaldocument', verbose_name='法律文件')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
            ],
            options={
                'verbose_name': '参数变更',
                'verbose_name_plural': '参数变更',
                'ordering': ['-proposed_at', '-id'],
                'permissions': [('approve_parameterchange', '可以复核参数变更')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('state', 'proposed')), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='change_two_people', violation_error_message='提出人不能复核自己提出的变更。')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='变更理由')),
                ('state', models.CharField(choices=[('proposed', '待复核'), ('approved', '已通过'), ('refused', '已退回')], default='proposed', max_length=10, verbose_name='状态')),
                ('proposed_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='提出时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='复核时间')),
                ('opinion', models.CharField(blank=True, max_length=300, verbose_name='复核意见')),
                ('number', models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name='版本')),
                ('condition', models.CharField(max_length=300, verbose_name='条件')),
                ('predicate', models.JSONField(verbose_name='判断条件')),
                ('benefit', models.CharField(max_length=300, verbose_name='优惠内容')),
                ('valid_from', models.DateField(verbose_name='生效日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='终止日期')),
                ('source', models.CharField(max_length=200, verbose_name='依据')),
                ('url', models.URLField(blank=True, verbose_name='网址')),
                ('confidence', models.CharField(choices=[('C', '已核对原文'), ('H', '较可靠，待复核'), ('M', '一般，待复核'), ('L', '存疑，待复核'), ('P', '本市拟定')], max_length=1, verbose_name='可信度')),
                ('claim_mode', models.CharField(choices=[('self-assess', '自行判别，申报享受'), ('record-kept', '自行判别，资料留存备查'), ('list', '清单管理'), ('approval', '申请核准')], max_length=12, verbose_name='享受方式')),
                ('straight_through', models.BooleanField(default=False, help_text='符合条件的，确认一次即可享受，不需要申请。', verbose_name='免申即享')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='备注')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='复核人')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='rules.policy', verbose_name='政策')),
                ('proposed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提出人')),
            ],
            options={
                'verbose_name': '政策版本',
                'verbose_name_plural': '政策版本',
                'ordering': ['policy_id', '-number', '-id'],
                'permissions': [('approve_policyversion', '可以复核政策版本')],
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_number'), models.CheckConstraint(condition=models.Q(models.Q(('number__isnull', False), ('state', 'approved')), models.Q(models.Q(('state', 'approved'), _negated=True), ('number__isnull', True)), _connector='OR'), name='policy_version_numbered'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='policy_version_period', violation_error_message='终止日期不能早于生效日期。'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('proposed_by__isnull', False), ('state', 'proposed')), models.Q(('decided_by__isnull', True), ('proposed_by__isnull', True), ('state', 'approved')), models.Q(('decided_by__isnull', False), ('proposed_by__isnull', False), models.Q(('decided_by', models.F('proposed_by')), _negated=True)), _connector='OR'), name='policy_version_two_people', violation_error_message='提出人不能复核自己提出的变更。')],
            },
        ),
    ]
