"""The tables of casework, folded from the steps that built them up before the first release."""

import apps.kernel.casework.thread_models
import apps.kernel.workcalendar.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from apps.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [('casework', '0001_initial'), ('casework', '0003_parts_and_papers'), ('casework', '0004_hand_over_and_threads')]

    initial = True

    dependencies = [
        ('documents', '0001_tables'),
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=20, unique=True, verbose_name='办件编号')),
                ('procedure', models.CharField(max_length=60, verbose_name='事项')),
                ('channel', models.CharField(choices=[('online', '网上'), ('mobile', '移动端'), ('counter', '窗口'), ('kiosk', '自助终端'), ('mail', '邮寄'), ('api', '合作系统接口'), ('system', '系统')], max_length=12, verbose_name='办理渠道')),
                ('part', models.SlugField(blank=True, max_length=40, verbose_name='环节')),
                ('state', models.CharField(default='draft', max_length=30, verbose_name='状态')),
                ('title', models.CharField(max_length=120, verbose_name='标题')),
                ('opened_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='建立时间')),
                ('submitted_at', models.DateTimeField(null=True, verbose_name='提交时间')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ('idempotency_key', models.CharField(editable=False, max_length=80, null=True)),
                ('applicant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='parties.party', verbose_name='申请人')),
                ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('mandate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.mandate', verbose_name='授权')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='cases', to='parties.office', verbose_name='办理单位')),
                ('opened_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经手人')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='casework.case', verbose_name='所属办件')),
            ],
            options={
                'verbose_name': '办件',
                'verbose_name_plural': '办件',
                'indexes': [models.Index(fields=['applicant', '-id'], name='casework_ca_applica_245e1f_idx'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['office', 'id'], name='case_open_in_office'), models.Index(fields=['procedure', 'state'], name='casework_ca_procedu_8d9b47_idx')],
                'constraints': [models.UniqueConstraint(fields=('opened_by', 'idempotency_key'), name='case_once_per_key'), models.CheckConstraint(condition=models.Q(('submitted_at__isnull', True), ('office__isnull', False), _connector='OR'), name='case_submitted_has_office'), models.CheckConstraint(condition=models.Q(('closed_at__isnull', True), ('submitted_at__isnull', False), _connector='OR'), name='case_closed_was_submitted'), models.UniqueConstraint(condition=models.Q(('parent__isnull', False)), fields=('parent', 'part'), name='case_part_opened_once'), models.CheckConstraint(condition=models.Q(models.Q(('parent__isnull', True), ('part', '')), models.Q(('parent__isnull', False), models.Q(('part', ''), _negated=True)), _connector='OR'), name='case_part_has_parent')],
            },
        ),
        migrations.CreateModel(
            name='CasePaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=60, verbose_name='材料种类')),
                ('attached_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='附上时间')),
                ('attached_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='附上人')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='casework.case', verbose_name='办件')),
                ('paper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='uses', to='documents.heldpaper', verbose_name='材料')),
            ],
            options={
                'verbose_name': '办件材料',
                'verbose_name_plural': '办件材料',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('case', 'paper'), name='case_paper_once')],
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=60, verbose_name='时限代码')),
                ('label', models.CharField(max_length=80, verbose_name='名称')),
                ('whose', models.CharField(choices=[('office', '办理单位'), ('applicant', '申请人')], default='office', max_length=10, verbose_name='责任方')),
                ('amount', models.PositiveIntegerField(verbose_name='期限')),
                ('unit', models.CharField(max_length=20, verbose_name='单位')),
                ('extended_by', models.PositiveIntegerField(default=0, verbose_name='延长')),
                ('source', models.CharField(max_length=200, verbose_name='依据')),
                ('pausable', models.BooleanField(default=True, verbose_name='可暂停')),
                ('started_at', models.DateTimeField(verbose_name='起算时间')),
                ('stopped_at', models.DateTimeField(null=True, verbose_name='停止时间')),
                ('due_at', models.DateTimeField(verbose_name='到期时间')),
                ('confirmed', models.BooleanField(default=True, verbose_name='日历已确认')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='casework.case')),
            ],
            options={
                'verbose_name': '办理时限',
                'verbose_name_plural': '办理时限',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('stopped_at__isnull', True)), fields=['due_at'], name='clock_running_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('stopped_at__isnull', True)), fields=('case', 'term'), name='clock_one_running')],
            },
        ),
        migrations.CreateModel(
            name='ClockNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reminder', '到期提醒'), ('overdue', '超期提醒'), ('escalation', '上级督办')], max_length=12, verbose_name='类别')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='casework.clock')),
            ],
            options={
                'verbose_name': '时限提醒',
                'verbose_name_plural': '时限提醒',
                'constraints': [models.UniqueConstraint(fields=('clock', 'kind'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='ClockPause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(verbose_name='暂停时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='恢复时间')),
                ('reason', models.TextField(verbose_name='理由')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pauses', to='casework.clock')),
            ],
            options={
                'verbose_name': '时限暂停',
                'verbose_name_plural': '时限暂停',
                'ordering': ['started_at'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('clock',), name='pause_one_open'), models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('started_at')), _connector='OR'), name='pause_period')],
            },
        ),
        migrations.CreateModel(
            name='Custody',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('offered_at', models.DateTimeField(verbose_name='转送时间')),
                ('received_at', models.DateTimeField(null=True, verbose_name='接收时间')),
                ('refused_at', models.DateTimeField(null=True, verbose_name='退回时间')),
                ('released_at', models.DateTimeField(null=True, verbose_name='移出时间')),
                ('reason', models.TextField(blank=True, verbose_name='理由')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custodies', to='casework.case')),
                ('offered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office', verbose_name='转送单位')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='custodies', to='parties.office', verbose_name='单位')),
            ],
            options={
                'verbose_name': '管辖流转',
                'verbose_name_plural': '管辖流转',
                'ordering': ['offered_at', 'id'],
                'indexes': [models.Index(fields=['office', 'case'], name='casework_cu_office__017dd7_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('received_at__isnull', False), ('released_at__isnull', True)), fields=('case',), name='custody_one_holder'), models.UniqueConstraint(condition=models.Q(('received_at__isnull', True), ('refused_at__isnull', True)), fields=('case',), name='custody_one_offer')],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code_hash', models.CharField(editable=False, max_length=64, unique=True)),
                ('issued_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='发码时间')),
                ('issued_through', models.CharField(choices=[('online', '网上'), ('mobile', '移动端'), ('counter', '窗口'), ('kiosk', '自助终端'), ('mail', '邮寄'), ('api', '合作系统接口'), ('system', '系统')], max_length=12, verbose_name='发码渠道')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('taken_at', models.DateTimeField(null=True, verbose_name='接续时间')),
                ('present', models.BooleanField(default=False, verbose_name='申请人在场')),
                ('held_until', models.DateTimeField(null=True, verbose_name='代填至')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('ending', models.CharField(blank=True, choices=[('continued', '在其他设备继续'), ('submitted', '已提交'), ('returned', '窗口交还'), ('taken_back', '申请人收回'), ('replaced', '换发新码')], max_length=12, verbose_name='结果')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='casework.case', verbose_name='办件')),
                ('issued_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发码人')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office', verbose_name='代填单位')),
                ('taken_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='接续人')),
            ],
            options={
                'verbose_name': '接续',
                'verbose_name_plural': '接续',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['office'], name='hand_over_at_office')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('case',), name='hand_over_one_live'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('issued_at'))), name='hand_over_expires'), models.CheckConstraint(condition=models.Q(models.Q(('taken_at__isnull', True), ('taken_by__isnull', True)), models.Q(('taken_at__isnull', False), ('taken_by__isnull', False)), _connector='OR'), name='hand_over_taken_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('held_until__isnull', True), ('office__isnull', True)), models.Q(('held_until__isnull', False), ('office__isnull', False), ('taken_at__isnull', False)), _connector='OR'), name='hand_over_held_until'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('ending', '')), models.Q(('ended_at__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='hand_over_ending')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
                ('action', models.CharField(max_length=40, verbose_name='动作')),
                ('source', models.CharField(max_length=30, verbose_name='原状态')),
                ('target', models.CharField(max_length=30, verbose_name='新状态')),
                ('user_label', models.CharField(max_length=80, verbose_name='操作人')),
                ('office_label', models.CharField(blank=True, max_length=100, verbose_name='操作单位')),
                ('party_label', models.CharField(blank=True, max_length=120, verbose_name='代表')),
                ('target_office_label', models.CharField(blank=True, max_length=100, verbose_name='对方单位')),
                ('channel', models.CharField(choices=[('online', '网上'), ('mobile', '移动端'), ('counter', '窗口'), ('kiosk', '自助终端'), ('mail', '邮寄'), ('api', '合作系统接口'), ('system', '系统')], max_length=12, verbose_name='渠道')),
                ('reason', models.TextField(blank=True, verbose_name='说明')),
                ('clause', models.CharField(blank=True, max_length=200, verbose_name='依据')),
                ('public', models.BooleanField(default=True, verbose_name='向申请人公开')),
                ('idempotency_key', models.CharField(editable=False, max_length=80, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='casework.case')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office')),
                ('target_office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '办理步骤',
                'verbose_name_plural': '办理步骤',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('case', 'idempotency_key'), name='step_once_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.casework.thread_models.thread_ref, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('subject', models.CharField(max_length=100, verbose_name='主题')),
                ('opened_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='提问时间')),
                ('last_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='最近来往')),
                ('awaiting_since', models.DateTimeField(null=True, verbose_name='等待答复自')),
                ('due_at', models.DateTimeField(null=True, verbose_name='答复期限')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='casework.case', verbose_name='办件')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='结束人')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='parties.office', verbose_name='答复单位')),
                ('officer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提问人')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='threads', to='parties.party', verbose_name='纳税人、缴费人')),
            ],
            options={
                'verbose_name': '征纳互动',
                'verbose_name_plural': '征纳互动',
                'ordering': ['-last_at', '-id'],
                'indexes': [models.Index(fields=['party', '-last_at'], name='thread_party'), models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['office', 'due_at'], name='thread_open_in_office')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('awaiting_since__isnull', True), ('due_at__isnull', True)), models.Q(('awaiting_since__isnull', False), ('due_at__isnull', False)), _connector='OR'), name='thread_awaits_with_due'), models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__gte', models.F('opened_at')), ('closed_by__isnull', False)), _connector='OR'), name='thread_closed_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='ThreadMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message_id', models.BigIntegerField(verbose_name='读到')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='casework.thread')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '已读标记',
                'verbose_name_plural': '已读标记',
                'constraints': [models.UniqueConstraint(fields=('thread', 'user'), name='thread_mark_once')],
            },
        ),
        migrations.CreateModel(
            name='ThreadMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
                ('user_label', models.CharField(max_length=80, verbose_name='姓名')),
                ('text', models.TextField(max_length=4000, verbose_name='内容')),
                ('office', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.office', verbose_name='单位')),
                ('thread', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='casework.thread', verbose_name='征纳互动')),
                ('uploads', models.ManyToManyField(related_name='+', to='documents.upload', verbose_name='附件')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发送人')),
            ],
            options={
                'verbose_name': '来往信息',
                'verbose_name_plural': '来往信息',
                'ordering': ['id'],
            },
        ),
    ]
