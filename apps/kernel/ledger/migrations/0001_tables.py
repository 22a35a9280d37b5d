"""The tables of ledger, folded from the steps that built them up before the first release."""

import apps.kernel.ledger.models.amounts
import apps.kernel.ledger.models.charges
import apps.kernel.ledger.models.payments
import apps.kernel.ledger.models.refunds
import apps.kernel.workcalendar.clock
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from apps.kernel.migrating import TablesAtOnce


class Migration(TablesAtOnce):

    replaces = [('ledger', '0001_initial')]

    initial = True

    dependencies = [
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='Account',
            fields=[
                ('code', models.SlugField(max_length=30, primary_key=True, serialize=False, verbose_name='科目代码')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('asset', '资产'), ('liability', '负债'), ('income', '收入')], max_length=10, verbose_name='类别')),
            ],
            options={
                'verbose_name': '会计科目',
                'verbose_name_plural': '会计科目',
            },
        ),
        migrations.CreateModel(
            name='Reconciliation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='账单日')),
                ('run_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='对账时间')),
                ('here_count', models.PositiveIntegerField(verbose_name='我方笔数')),
                ('here_total', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='我方金额')),
                ('there_count', models.PositiveIntegerField(verbose_name='对方笔数')),
                ('there_total', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='对方金额')),
                ('control_ok', models.BooleanField(verbose_name='对方控制总数相符')),
            ],
            options={
                'verbose_name': '对账报告',
                'verbose_name_plural': '对账报告',
                'ordering': ['-day', '-id'],
            },
        ),
        migrations.CreateModel(
            name='GatewayNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nonce', models.CharField(max_length=64, unique=True)),
                ('source', models.CharField(choices=[('callback', '回调'), ('query', '查询')], max_length=10, verbose_name='来源')),
                ('number', models.CharField(max_length=60, verbose_name='编号')),
                ('status', models.CharField(max_length=20, verbose_name='结果')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('reference', models.CharField(blank=True, max_length=60, verbose_name='支付机构流水号')),
                ('happened_at', models.DateTimeField(blank=True, null=True, verbose_name='发生时间')),
                ('received_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='收到时间')),
                ('outcome', models.CharField(blank=True, max_length=30, verbose_name='处理结果')),
            ],
            options={
                'verbose_name': '支付机构通知',
                'verbose_name_plural': '支付机构通知',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['number'], name='notice_number')],
            },
        ),
        migrations.CreateModel(
            name='JournalEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('assessment', '核定'), ('adjustment', '调整'), ('payment', '缴款'), ('refund', '退款')], max_length=12, verbose_name='类别')),
                ('about', models.CharField(max_length=80, verbose_name='对象')),
                ('memo', models.CharField(blank=True, max_length=200, verbose_name='摘要')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
            ],
            options={
                'verbose_name': '记账凭证',
                'verbose_name_plural': '记账凭证',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['about'], name='entry_about')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'adjustment'), _negated=True), fields=('kind', 'about'), name='entry_once_per_event')],
            },
        ),
        migrations.CreateModel(
            name='Levy',
            fields=[
                ('code', models.SlugField(max_length=30, primary_key=True, serialize=False, verbose_name='代码')),
                ('name', models.CharField(max_length=60, verbose_name='名称')),
                ('name_en', models.CharField(max_length=80, verbose_name='英文名称')),
                ('kind', models.CharField(choices=[('tax', '税收'), ('fee', '附加费'), ('insurance', '社会保险费'), ('nontax', '政府非税收入')], max_length=10, verbose_name='类别')),
                ('late_fee', models.BooleanField(default=True, verbose_name='加收滞纳金')),
                ('source', models.CharField(max_length=120, verbose_name='依据')),
                ('confidence', models.CharField(choices=[('C', '已核对'), ('H', '待核对（高）'), ('M', '待核对（中）')], max_length=1, verbose_name='可信程度')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='levies', to='ledger.account', verbose_name='科目')),
            ],
            options={
                'verbose_name': '税费种',
                'verbose_name_plural': '税费种',
                'ordering': ['kind', 'code'],
            },
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.ledger.models.charges.charge_ref, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('period', models.CharField(max_length=20, verbose_name='所属期')),
                ('period_start', models.DateField(verbose_name='所属期起')),
                ('period_end', models.DateField(verbose_name='所属期止')),
                ('due', models.DateField(verbose_name='缴款期限')),
                ('about', models.CharField(max_length=80, verbose_name='来源')),
                ('assessed_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='核定时间')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='应缴金额')),
                ('paid', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, default=Decimal('0.00'), max_digits=18, verbose_name='已缴金额')),
                ('late_fee_fixed', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, default=Decimal('0.00'), help_text='随已缴本金固定，不再增加；未缴部分的滞纳金按日推算。', max_digits=18, verbose_name='已固定的滞纳金')),
                ('late_fee_paid', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, default=Decimal('0.00'), max_digits=18, verbose_name='已缴滞纳金')),
                ('reminded_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='提醒时间')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='parties.party', verbose_name='纳税人、缴费人')),
                ('levy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='ledger.levy', verbose_name='税费种')),
            ],
            options={
                'verbose_name': '应征税费',
                'verbose_name_plural': '应征税费',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['party', '-id'], name='charge_party'), models.Index(condition=models.Q(('paid__lt', models.F('amount')), ('late_fee_paid__lt', models.F('late_fee_fixed')), _connector='OR'), fields=['party', 'due', 'id'], name='charge_party_open'), models.Index(condition=models.Q(('paid__lt', models.F('amount'))), fields=['due'], name='charge_due'), models.Index(fields=['about'], name='charge_about')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='charge_amount'), models.CheckConstraint(condition=models.Q(('paid__gte', 0), ('paid__lte', models.F('amount'))), name='charge_paid_within_amount'), models.CheckConstraint(condition=models.Q(('late_fee_paid__gte', 0), ('late_fee_paid__lte', models.F('late_fee_fixed'))), name='charge_late_fee_paid'), models.CheckConstraint(condition=models.Q(('period_end__gte', models.F('period_start'))), name='charge_period')],
            },
        ),
        migrations.CreateModel(
            name='Payment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=apps.kernel.ledger.models.payments.payment_number, editable=False, max_length=16, unique=True, verbose_name='缴款编号')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('received', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, default=Decimal('0.00'), max_digits=18, verbose_name='实收金额')),
                ('state', models.CharField(choices=[('created', '待提交支付机构'), ('at_gateway', '等待支付'), ('succeeded', '支付成功'), ('failed', '支付失败'), ('expired', '已过期')], default='created', max_length=10, verbose_name='状态')),
                ('valued_on', models.DateField(verbose_name='滞纳金计算至')),
                ('created_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='创建时间')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('return_url', models.URLField(blank=True, max_length=300, verbose_name='返回地址')),
                ('pay_url', models.URLField(blank=True, max_length=300, verbose_name='支付页面')),
                ('gateway_reference', models.CharField(blank=True, max_length=60, verbose_name='支付机构流水号')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='支付时间')),
                ('announced_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='通知各业务的时间')),
                ('collected_by', models.CharField(blank=True, help_text='由他人代收、扣缴、划转的，记其业务；网上支付的为空。', max_length=80, verbose_name='代收来源')),
                ('collection_key', models.CharField(editable=False, max_length=120, null=True, unique=True)),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payments', to='parties.party', verbose_name='纳税人、缴费人')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
            ],
            options={
                'verbose_name': '缴款',
                'verbose_name_plural': '缴款',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['party', '-id'], name='payment_party'), models.Index(condition=models.Q(('state__in', ['created', 'at_gateway'])), fields=['created_at'], name='payment_live'), models.Index(condition=models.Q(('announced_at__isnull', True), ('state', 'succeeded')), fields=['id'], name='payment_unannounced'), models.Index(condition=models.Q(('state', 'succeeded')), fields=['paid_at'], name='payment_paid_at'), models.Index(condition=models.Q(('collected_by', ''), _negated=True), fields=['collected_by'], name='payment_collected_by')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payment_amount'), models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('received__gt', 0), ('state', 'succeeded')), models.Q(models.Q(('state', 'succeeded'), _negated=True), ('received', 0)), _connector='OR'), name='payment_received_when_succeeded'), models.CheckConstraint(condition=models.Q(models.Q(('collected_by', ''), ('collection_key__isnull', True)), models.Q(models.Q(('collected_by', ''), _negated=True), ('collection_key__isnull', False), ('state', 'succeeded')), _connector='OR'), name='payment_collected_is_received')],
            },
        ),
        migrations.CreateModel(
            name='Overpayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.ledger.models.charges.charge_ref, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('reason', models.CharField(max_length=200, verbose_name='原因')),
                ('found_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='发现时间')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overpayments', to='parties.party', verbose_name='纳税人、缴费人')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overpayments', to='ledger.payment', verbose_name='缴款')),
            ],
            options={
                'verbose_name': '多缴税费',
                'verbose_name_plural': '多缴税费',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['party', 'id'], name='overpayment_party')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='overpayment_amount')],
            },
        ),
        migrations.CreateModel(
            name='Allocation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('component', models.CharField(choices=[('principal', '本金'), ('late_fee', '滞纳金')], max_length=10, verbose_name='组成')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.charge', verbose_name='应征税费')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='allocations', to='ledger.payment', verbose_name='缴款')),
            ],
            options={
                'verbose_name': '分配',
                'verbose_name_plural': '分配',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='allocation_not_zero')],
            },
        ),
        migrations.CreateModel(
            name='PaymentException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('unknown_order', '没有对应的缴款'), ('wrong_amount', '金额不符'), ('failed_after_success', '入账后又通知失败'), ('refund_mismatch', '退款通知不符')], max_length=20, verbose_name='类别')),
                ('number', models.CharField(max_length=60, verbose_name='编号')),
                ('found_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='发现时间')),
                ('decision', models.CharField(blank=True, choices=[('book', '按实收金额入账'), ('dismiss', '核实后不作处理')], max_length=10, verbose_name='处理')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('resolved_at', models.DateTimeField(blank=True, null=True, verbose_name='处理时间')),
                ('notice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='ledger.gatewaynotice', verbose_name='通知')),
                ('payment', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='exceptions', to='ledger.payment', verbose_name='缴款')),
                ('resolved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
            ],
            options={
                'verbose_name': '支付异常',
                'verbose_name_plural': '支付异常',
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('resolved_at__isnull', True)), fields=('number', 'kind'), name='exception_once_open'), models.CheckConstraint(condition=models.Q(models.Q(('decision', ''), ('resolved_at__isnull', True)), models.Q(('resolved_at__isnull', False), ('resolved_by__isnull', False), models.Q(('decision', ''), _negated=True)), _connector='OR'), name='exception_resolved')],
            },
        ),
        migrations.CreateModel(
            name='PaymentLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('principal', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='本金')),
                ('late_fee', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='滞纳金')),
                ('live', models.BooleanField(default=True, verbose_name='占用中')),
                ('charge', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='payment_lines', to='ledger.charge', verbose_name='应征税费')),
                ('payment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='ledger.payment', verbose_name='缴款')),
            ],
            options={
                'verbose_name': '缴款明细',
                'verbose_name_plural': '缴款明细',
                'constraints': [models.UniqueConstraint(fields=('payment', 'charge'), name='payment_line_once'), models.UniqueConstraint(condition=models.Q(('live', True)), fields=('charge',), name='payment_line_one_live'), models.CheckConstraint(condition=models.Q(('late_fee__gte', 0), ('principal__gte', 0)), name='payment_line_amounts')],
            },
        ),
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.account', verbose_name='科目')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='postings', to='ledger.journalentry', verbose_name='凭证')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='纳税人、缴费人')),
            ],
            options={
                'verbose_name': '分录',
                'verbose_name_plural': '分录',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['party', 'account'], name='posting_party_account')],
                'constraints': [models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='posting_not_zero')],
            },
        ),
        migrations.CreateModel(
            name='ReconciliationRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('matched', '相符'), ('missing_here', '我方缺少'), ('missing_there', '对方缺少'), ('differing', '金额不符')], max_length=15, verbose_name='结果')),
                ('number', models.CharField(max_length=60, verbose_name='编号')),
                ('here', apps.kernel.ledger.models.amounts.Yuan(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='我方金额')),
                ('there', apps.kernel.ledger.models.amounts.Yuan(blank=True, decimal_places=2, max_digits=18, null=True, verbose_name='对方金额')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='ledger.reconciliation', verbose_name='报告')),
            ],
            options={
                'verbose_name': '对账明细',
                'verbose_name_plural': '对账明细',
                'constraints': [models.UniqueConstraint(fields=('report', 'number'), name='reconciliation_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(default=apps.kernel.ledger.models.refunds.refund_number, editable=False, max_length=16, unique=True, verbose_name='退款编号')),
                ('amount', apps.kernel.ledger.models.amounts.Yuan(decimal_places=2, max_digits=18, verbose_name='金额')),
                ('reason', models.CharField(max_length=200, verbose_name='申请理由')),
                ('state', models.CharField(choices=[('requested', '待审批'), ('rejected', '未批准'), ('approved', '已批准'), ('at_gateway', '退款处理中'), ('paid', '已退款'), ('failed', '退款失败')], default='requested', max_length=10, verbose_name='状态')),
                ('requested_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='申请时间')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='审批时间')),
                ('decision_reason', models.CharField(blank=True, max_length=200, verbose_name='审批意见')),
                ('gateway_reference', models.CharField(blank=True, max_length=60, verbose_name='支付机构流水号')),
                ('paid_at', models.DateTimeField(blank=True, null=True, verbose_name='退款时间')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                ('overpayment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='ledger.overpayment', verbose_name='多缴税费')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='parties.party', verbose_name='纳税人、缴费人')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
            ],
            options={
                'verbose_name': '退税费',
                'verbose_name_plural': '退税费',
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['party', '-id'], name='refund_party')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['rejected', 'failed']), _negated=True), fields=('overpayment',), name='refund_once', violation_error_message='这笔多缴税费已申请退还。'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount'), models.CheckConstraint(condition=models.Q(('decided_by__isnull', True), models.Q(('decided_by', models.F('requested_by')), _negated=True), _connector='OR'), name='refund_by_two_people', violation_error_message='申请人不能审批自己的退款。'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', True), ('state', 'requested')), models.Q(models.Q(('state', 'requested'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='refund_decided'), models.CheckConstraint(condition=models.Q(models.Q(('paid_at__isnull', False), ('state', 'paid')), models.Q(('state', 'paid'), _negated=True), _connector='OR'), name='refund_paid_at')],
            },
        ),
    ]
