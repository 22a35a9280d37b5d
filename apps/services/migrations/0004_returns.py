"""Returns of every kind: the VAT return becomes one of them, its amounts become rows; sources and batches are new."""

import apps.kernel.parties.ids
import apps.kernel.workcalendar.clock
import django.core.validators
import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


FORMER = ('output_vat', 'vat', 'carry_out', 'city', 'edu', 'local_edu', 'total')


def columns_to_rows(apps, schema_editor):
    """What a VAT return came to stood in columns; a small-scale payer's return is a kind of its own now."""
    returns, amounts = apps.get_model('services', 'Return'), apps.get_model('services', 'ReturnAmount')
    returns.objects.filter(taxpayer_type='small_scale').update(kind='vat-small')
    amounts.objects.bulk_create(
        (
            amounts(tax_return_id=row.pk, name=name, amount=getattr(row, name))
            for row in returns.objects.filter(total__isnull=False).iterator()
            for name in FORMER
        ),
        batch_size=2000,
    )
    # The columns are dropped in the same transaction, which PostgreSQL allows once no check is left open.
    schema_editor.execute('SET CONSTRAINTS ALL IMMEDIATE')


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0002_numbers_and_history'),
        ('ledger', '0002_books_hold'),
        ('parties', '0003_user_manager'),
        ('services', '0003_vat_returns'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameModel('VatReturn', 'Return'),
        migrations.RenameField('returnfigure', 'vat_return', 'tax_return'),
        migrations.RenameField('returnline', 'vat_return', 'tax_return'),
        migrations.RenameField('decisiontrace', 'vat_return', 'tax_return'),
        migrations.CreateModel(
            name='BatchItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='申报种类')),
                ('period', models.CharField(max_length=7, verbose_name='所属期')),
                ('outcome', models.CharField(choices=[('waiting', '等待办理'), ('filed', '已申报'), ('referred', '转人工审核'), ('refused', '未提交')], default='waiting', max_length=10, verbose_name='结果')),
                ('message', models.CharField(blank=True, max_length=500, verbose_name='说明')),
                ('at', models.DateTimeField(null=True, verbose_name='办理时间')),
            ],
            options={
                'verbose_name': '批量申报明细',
                'verbose_name_plural': '批量申报明细',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='FilingBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('idempotency_key', models.CharField(max_length=80)),
                ('created_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='提交时间')),
            ],
            options={
                'verbose_name': '批量申报',
                'verbose_name_plural': '批量申报',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='ReturnAmount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=30, verbose_name='名称')),
                ('amount', models.DecimalField(decimal_places=2, max_digits=16, verbose_name='金额')),
            ],
            options={
                'verbose_name': '申报金额',
                'verbose_name_plural': '申报金额',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SourceDetail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, verbose_name='编号')),
                ('levy', models.CharField(choices=[('stamp', '印花税'), ('property', '房产税'), ('land-use', '城镇土地使用税'), ('vehicle-vessel', '车船税'), ('resource', '资源税'), ('environmental', '环境保护税'), ('deed', '契税'), ('land-appreciation', '土地增值税'), ('farmland', '耕地占用税'), ('tobacco', '烟叶税')], max_length=20, verbose_name='税种')),
                ('name', models.CharField(help_text='例如：厂房地址、合同编号、车牌号码。', max_length=120, verbose_name='名称')),
                ('item', models.CharField(blank=True, max_length=30, verbose_name='税目')),
                ('base', models.DecimalField(decimal_places=2, max_digits=16, validators=[django.core.validators.MinValueValidator(Decimal('0'), '不能小于 0。')], verbose_name='计税依据')),
                ('rate', models.DecimalField(blank=True, decimal_places=6, max_digits=13, null=True, verbose_name='税率或者单位税额')),
                ('basis', models.CharField(blank=True, max_length=200, verbose_name='税率所依据的文件')),
                ('since', models.DateField(verbose_name='取得或者书立日期')),
                ('until', models.DateField(blank=True, null=True, verbose_name='转出或者终止日期')),
                ('source', models.CharField(max_length=120, verbose_name='数据来源')),
                ('recorded_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='登记时间')),
                ('closed_at', models.DateTimeField(blank=True, null=True, verbose_name='失效时间')),
            ],
            options={
                'verbose_name': '税源明细',
                'verbose_name_plural': '税源明细',
                'ordering': ['levy', 'id'],
            },
        ),
        migrations.AlterModelOptions(
            name='return',
            options={'verbose_name': '申报', 'verbose_name_plural': '申报'},
        ),
        migrations.RemoveConstraint(
            model_name='return',
            name='vat_return_one_under_way',
        ),
        migrations.RemoveConstraint(
            model_name='return',
            name='vat_return_one_in_force',
        ),
        migrations.RemoveConstraint(
            model_name='return',
            name='vat_return_in_force_is_computed',
        ),
        migrations.RemoveConstraint(
            model_name='returnfigure',
            name='figure_once',
        ),
        migrations.RemoveConstraint(
            model_name='returnline',
            name='return_line_position',
        ),
        migrations.RemoveIndex(
            model_name='return',
            name='services_va_party_i_47e888_idx',
        ),
        migrations.AddField(
            model_name='returnamount',
            name='tax_return',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='named_amounts', to='services.return'),
        ),
        migrations.AddField(
            model_name='return',
            name='kind',
            field=models.CharField(default='vat', max_length=20, verbose_name='申报种类'),
        ),
        migrations.RunPython(columns_to_rows, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name='return',
            name='carry_out',
        ),
        migrations.RemoveField(
            model_name='return',
            name='city',
        ),
        migrations.RemoveField(
            model_name='return',
            name='edu',
        ),
        migrations.RemoveField(
            model_name='return',
            name='local_edu',
        ),
        migrations.RemoveField(
            model_name='return',
            name='output_vat',
        ),
        migrations.RemoveField(
            model_name='return',
            name='vat',
        ),
        migrations.AddField(
            model_name='return',
            name='high_tech',
            field=models.BooleanField(default=False, verbose_name='高新技术企业'),
        ),
        migrations.AddField(
            model_name='return',
            name='restricted_industry',
            field=models.BooleanField(default=False, verbose_name='限制和禁止行业'),
        ),
        migrations.AlterField(
            model_name='return',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='returns', to='parties.party', verbose_name='纳税人'),
        ),
        migrations.AlterField(
            model_name='returnfigure',
            name='kind',
            field=models.CharField(choices=[('sales', '销售额'), ('exempt', '免税销售额'), ('input_vat', '进项税额'), ('carry_in', '上期留抵税额'), ('base', '计税依据'), ('profit', '本年累计实际利润额（亏损填写 0）'), ('headcount', '从业人数（季度平均）'), ('assets', '资产总额（季度平均）'), ('prepaid', '本年以前各期已预缴税额'), ('employees', '参保职工人数'), ('wage_base', '职工缴费基数合计'), ('injury_rate', '工伤保险费率')], max_length=20, verbose_name='项目'),
        ),
        migrations.AlterField(
            model_name='returnline',
            name='amount',
            field=models.DecimalField(decimal_places=2, max_digits=16, null=True, verbose_name='金额'),
        ),
        migrations.AddIndex(
            model_name='return',
            index=models.Index(fields=['party', 'kind', '-ends_on'], name='return_by_party'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(condition=models.Q(('standing', 'under_way')), fields=('party', 'kind', 'period'), name='return_one_under_way', violation_error_message='这一所属期已有一份申报正在办理。'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.UniqueConstraint(condition=models.Q(('standing', 'in_force')), fields=('party', 'kind', 'period'), name='return_one_in_force', violation_error_message='这一所属期已经申报，需要修改时请办理更正申报。'),
        ),
        migrations.AddConstraint(
            model_name='return',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('standing__in', ['in_force', 'replaced']), _negated=True), ('total__isnull', False), _connector='OR'), name='return_in_force_is_computed'),
        ),
        migrations.AddConstraint(
            model_name='returnline',
            constraint=models.UniqueConstraint(fields=('tax_return', 'position'), name='return_line_position'),
        ),
        migrations.AddField(
            model_name='batchitem',
            name='case',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case', verbose_name='办件'),
        ),
        migrations.AddField(
            model_name='batchitem',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party', verbose_name='委托人'),
        ),
        migrations.AddField(
            model_name='filingbatch',
            name='agency',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='filing_batches', to='parties.party', verbose_name='涉税专业服务机构'),
        ),
        migrations.AddField(
            model_name='filingbatch',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='提交人'),
        ),
        migrations.AddField(
            model_name='batchitem',
            name='batch',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='services.filingbatch'),
        ),
        migrations.AddField(
            model_name='sourcedetail',
            name='by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人'),
        ),
        migrations.AddField(
            model_name='sourcedetail',
            name='party',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='source_details', to='parties.party', verbose_name='纳税人'),
        ),
        migrations.AddField(
            model_name='returnfigure',
            name='detail',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='services.sourcedetail', verbose_name='税源明细'),
        ),
        migrations.AddConstraint(
            model_name='returnfigure',
            constraint=models.UniqueConstraint(fields=('tax_return', 'kind', 'rate', 'detail'), name='figure_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='filingbatch',
            constraint=models.UniqueConstraint(fields=('user', 'idempotency_key'), name='filing_batch_once'),
        ),
        migrations.AddIndex(
            model_name='batchitem',
            index=models.Index(condition=models.Q(('outcome', 'waiting')), fields=['batch'], name='batch_item_waiting'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.UniqueConstraint(fields=('batch', 'party', 'kind', 'period'), name='batch_item_once'),
        ),
        migrations.AddConstraint(
            model_name='batchitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['filed', 'referred']), _negated=True), ('case__isnull', False), _connector='OR'), name='batch_item_has_case'),
        ),
        migrations.AddConstraint(
            model_name='returnamount',
            constraint=models.UniqueConstraint(fields=('tax_return', 'name'), name='return_amount_once'),
        ),
        migrations.AddIndex(
            model_name='sourcedetail',
            index=models.Index(fields=['party', 'levy'], name='source_detail_party'),
        ),
        migrations.AddConstraint(
            model_name='sourcedetail',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at__isnull', True)), fields=('ref',), name='source_detail_current'),
        ),
        migrations.AddConstraint(
            model_name='sourcedetail',
            constraint=models.CheckConstraint(condition=models.Q(('base__gte', 0)), name='source_detail_base'),
        ),
        migrations.AddConstraint(
            model_name='sourcedetail',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='source_detail_dates'),
        ),
    ]
