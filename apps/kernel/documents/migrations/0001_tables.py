"""The tables of documents, folded from the steps that built them up before the first release."""

import apps.kernel.documents.codes
import apps.kernel.documents.models
import apps.kernel.parties.ids
import apps.kernel.workcalendar.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('documents', '0001_initial'), ('documents', '0002_held_papers'), ('documents', '0003_offices_and_destruction')]

    initial = True

    dependencies = [
        ('parties', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.SlugField(max_length=40, verbose_name='文书种类')),
                ('year', models.PositiveSmallIntegerField(verbose_name='年份')),
                ('last', models.PositiveIntegerField(verbose_name='最后编号')),
            ],
            options={
                'verbose_name': '文书编号',
                'verbose_name_plural': '文书编号',
                'constraints': [models.UniqueConstraint(fields=('kind', 'year'), name='number_series_once')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('about', models.CharField(db_index=True, max_length=80, verbose_name='所属业务')),
                ('name', models.CharField(max_length=200, verbose_name='原文件名')),
                ('content_type', models.CharField(max_length=100, verbose_name='类型')),
                ('size', models.PositiveBigIntegerField(verbose_name='字节数')),
                ('received_sha256', models.CharField(max_length=64, verbose_name='原文件摘要')),
                ('sha256', models.CharField(max_length=64, verbose_name='存储文件摘要')),
                ('file', models.FileField(blank=True, max_length=200, upload_to=apps.kernel.documents.models.upload_path, verbose_name='文件')),
                ('state', models.CharField(choices=[('received', '隔离中，等待安全扫描'), ('clean', '已通过安全扫描'), ('unscanned', '未扫描（未配置病毒扫描）'), ('refused', '未通过安全扫描，已删除'), ('destroyed', '已按约定销毁')], default='received', max_length=10, verbose_name='状态')),
                ('finding', models.CharField(blank=True, max_length=200, verbose_name='扫描结果')),
                ('received_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='接收时间')),
                ('scanned_at', models.DateTimeField(blank=True, null=True, verbose_name='扫描时间')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='parties.office', verbose_name='单位')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='uploads', to='parties.party', verbose_name='纳税人、缴费人')),
                ('received_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
            ],
            options={
                'verbose_name': '上传文件',
                'verbose_name_plural': '上传文件',
                'indexes': [models.Index(condition=models.Q(('state', 'received')), fields=['id'], name='upload_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('office__isnull', False), ('party__isnull', True)), models.Q(('office__isnull', True), ('party__isnull', False)), _connector='OR'), name='upload_one_owner'), models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('state__in', ['refused', 'destroyed'])), models.Q(models.Q(('state__in', ['refused', 'destroyed']), _negated=True), models.Q(('file', ''), _negated=True)), _connector='OR'), name='upload_refused_is_gone'), models.CheckConstraint(condition=models.Q(('state__in', ['received', 'unscanned', 'destroyed']), ('scanned_at__isnull', False), _connector='OR'), name='upload_judged_by_scan')],
            },
        ),
        migrations.CreateModel(
            name='HeldPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('kind', models.SlugField(max_length=60, verbose_name='材料种类')),
                ('title', models.CharField(max_length=200, verbose_name='材料名称')),
                ('source', models.CharField(choices=[('uploaded', '本人提交'), ('matter', '以前的办件结果'), ('licence', '电子证照')], max_length=10, verbose_name='来源')),
                ('issuer', models.CharField(blank=True, max_length=100, verbose_name='出具单位')),
                ('number', models.CharField(blank=True, max_length=60, verbose_name='证照编号')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='有效期至')),
                ('received_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='接收时间')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='papers', to='parties.party', verbose_name='纳税人、缴费人')),
                ('upload', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='documents.upload', verbose_name='上传文件')),
            ],
            options={
                'verbose_name': '已有材料',
                'verbose_name_plural': '已有材料',
                'indexes': [models.Index(fields=['party', 'kind'], name='documents_h_party_i_7fb2e5_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('source', 'uploaded'), ('upload__isnull', False)), models.Q(models.Q(('source', 'uploaded'), _negated=True), ('upload__isnull', True), models.Q(('issuer', ''), _negated=True), models.Q(('number', ''), _negated=True)), _connector='OR'), name='paper_has_file_or_issuer'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('party', 'kind', 'source', 'number'), name='paper_licence_once')],
            },
        ),
        migrations.CreateModel(
            name='IssuedDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('kind', models.SlugField(max_length=40, verbose_name='文书种类')),
                ('title', models.CharField(max_length=100, verbose_name='标题')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='文号')),
                ('code', models.CharField(default=apps.kernel.documents.codes.new, editable=False, max_length=20, unique=True, verbose_name='验证码')),
                ('party_name', models.CharField(max_length=120, verbose_name='纳税人、缴费人名称')),
                ('about', models.CharField(blank=True, db_index=True, max_length=80, verbose_name='所属业务')),
                ('amount', models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True, verbose_name='金额')),
                ('context', models.JSONField(verbose_name='内容')),
                ('issued_at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='出具时间')),
                ('file', models.FileField(blank=True, max_length=200, upload_to=apps.kernel.documents.models.letter_path, verbose_name='文件')),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='文件摘要')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='作废时间')),
                ('revocation_reason', models.CharField(blank=True, choices=[('error', '填开错误'), ('replaced', '已换开'), ('refunded', '税费已退还'), ('withdrawn', '原行政行为已撤销')], max_length=10, verbose_name='作废原因')),
                ('revocation_note', models.CharField(blank=True, max_length=200, verbose_name='作废说明')),
                ('issued_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='出具人')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='parties.office', verbose_name='出具单位')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='parties.party', verbose_name='纳税人、缴费人')),
                ('replaced_by', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaces', to='documents.issueddocument', verbose_name='换开后的文书')),
                ('revoked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='作废人')),
            ],
            options={
                'verbose_name': '文书',
                'verbose_name_plural': '文书',
                'indexes': [models.Index(fields=['party', '-id'], name='documents_i_party_i_fd2b9e_idx'), models.Index(condition=models.Q(('file', '')), fields=['id'], name='document_unwritten')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('replaced_by__isnull', True), ('revocation_reason', ''), ('revoked_at__isnull', True)), models.Q(('revoked_at__isnull', False), models.Q(('revocation_reason', ''), _negated=True)), _connector='OR'), name='document_revoked_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('file', ''), ('sha256', '')), models.Q(models.Q(('file', ''), _negated=True), models.Q(('sha256', ''), _negated=True)), _connector='OR'), name='document_file_has_digest')],
            },
        ),
    ]
