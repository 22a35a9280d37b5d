"""The tables of parties, folded from the steps that built them up before the first release."""

import apps.kernel.parties.identifiers
import apps.kernel.parties.ids
import apps.kernel.workcalendar.clock
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import oauth2_provider.generators
import oauth2_provider.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('parties', '0001_initial'), ('parties', '0002_mandate_history_words'), ('parties', '0003_user_manager')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('display_name', models.CharField(blank=True, max_length=60, verbose_name='姓名')),
                ('language', models.CharField(default='zh-hans', max_length=10, verbose_name='语言')),
                ('text_size', models.CharField(choices=[('normal', '标准'), ('large', '长辈版')], default='normal', max_length=10, verbose_name='字号')),
                ('high_contrast', models.BooleanField(default=False, verbose_name='高对比度')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '用户',
                'verbose_name_plural': '用户',
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='代码')),
                ('name', models.CharField(max_length=100, verbose_name='名称')),
                ('kind', models.CharField(choices=[('tax_city', '市税务局'), ('tax_district', '区税务局'), ('tax_office', '税务所'), ('department', '政府部门'), ('general_office', '政府办公厅'), ('data_centre', '大数据中心'), ('street', '街道、乡镇'), ('registry', '登记机构'), ('bank', '金融机构'), ('court', '人民法院'), ('procuratorate', '人民检察院'), ('other', '其他单位')], max_length=20, verbose_name='类别')),
                ('district', models.CharField(blank=True, max_length=6, verbose_name='行政区划代码')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='电话')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='parties.office', verbose_name='上级')),
            ],
            options={
                'verbose_name': '机关单位',
                'verbose_name_plural': '机关单位',
                'ordering': ['code'],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True, verbose_name='编号')),
                ('kind', models.CharField(choices=[('person', '自然人'), ('organisation', '单位')], max_length=12, verbose_name='类别')),
                ('name', models.CharField(max_length=120, verbose_name='名称')),
                ('district', models.CharField(blank=True, max_length=6, verbose_name='所在区')),
                ('phone', models.CharField(blank=True, max_length=20, validators=[django.core.validators.RegexValidator('^[\\d\\-+ ]{5,20}$', '请填写正确的电话号码。')], verbose_name='联系电话')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='电子邮箱')),
                ('registered_on', models.DateField(default=apps.kernel.workcalendar.clock.today, verbose_name='登记日期')),
                ('active', models.BooleanField(default=True, verbose_name='有效')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='parties.office', verbose_name='主管税务所')),
            ],
            options={
                'verbose_name': '纳税人、缴费人',
                'verbose_name_plural': '纳税人、缴费人',
                'indexes': [models.Index(fields=['office', 'id'], name='parties_par_office__f37b65_idx'), models.Index(fields=['district', 'id'], name='parties_par_distric_e26cc2_idx')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ref', models.CharField(default=apps.kernel.parties.ids.reference, editable=False, max_length=12, unique=True)),
                ('kind', models.CharField(choices=[('legal', '法定代表人'), ('finance', '财务负责人'), ('filer', '办税人员'), ('agent', '涉税专业服务机构'), ('guardian', '监护人'), ('relative', '近亲属')], max_length=10, verbose_name='身份')),
                ('levies', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, default=list, help_text='留空表示全部', size=None, verbose_name='税费种')),
                ('matters', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), blank=True, default=list, help_text='留空表示全部', size=None, verbose_name='事项')),
                ('state', models.CharField(choices=[('invited', '待接受'), ('active', '有效'), ('declined', '已谢绝'), ('revoked', '已撤销'), ('expired', '已到期')], default='invited', max_length=10, verbose_name='状态')),
                ('valid_from', models.DateField(default=apps.kernel.workcalendar.clock.today, verbose_name='开始日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to='parties.party', verbose_name='受托人')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_given', to='parties.party', verbose_name='委托人')),
            ],
            options={
                'verbose_name': '代理授权',
                'verbose_name_plural': '代理授权',
                'indexes': [models.Index(fields=['agent', 'state'], name='parties_man_agent_i_459c65_idx')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['invited', 'active'])), fields=('principal', 'agent', 'kind'), name='mandate_once_live', violation_error_message='该人员已有相同身份的有效授权或待接受邀请。'), models.CheckConstraint(condition=models.Q(('principal', models.F('agent')), _negated=True), name='mandate_not_self'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='mandate_period', violation_error_message='结束日期不能早于开始日期。')],
            },
        ),
        migrations.CreateModel(
            name='MandateEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('action', models.CharField(choices=[('register', '登记'), ('invite', '发出邀请'), ('accept', '接受'), ('confirm', '税务所确认'), ('decline', '谢绝'), ('revoke', '撤销'), ('expire', '到期')], max_length=10, verbose_name='动作')),
                ('at', models.DateTimeField(default=apps.kernel.workcalendar.clock.now, verbose_name='时间')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='原因')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='操作人')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='history', to='parties.mandate')),
            ],
            options={
                'verbose_name': '授权历史',
                'verbose_name_plural': '授权历史',
                'ordering': ['at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='organisation', serialize=False, to='parties.party')),
                ('uscc', models.CharField(max_length=18, unique=True, validators=[apps.kernel.parties.identifiers.validate_credit_code], verbose_name='统一社会信用代码')),
                ('form', models.CharField(choices=[('enterprise', '企业'), ('individual_business', '个体工商户'), ('institution', '事业单位'), ('social', '社会组织'), ('agency', '涉税专业服务机构')], default='enterprise', max_length=20, verbose_name='组织形式')),
                ('industry', models.CharField(blank=True, max_length=5, verbose_name='行业代码')),
                ('vat_kind', models.CharField(choices=[('general', '一般纳税人'), ('small', '小规模纳税人')], default='small', max_length=10, verbose_name='增值税纳税人类型')),
                ('location', models.CharField(choices=[('urban', '市区'), ('county', '县城、镇'), ('other', '其他地区')], default='urban', max_length=10, verbose_name='城建税地区')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='地址')),
                ('bank_account', models.CharField(blank=True, max_length=120, verbose_name='开户行及账号')),
            ],
            options={
                'verbose_name': '单位',
                'verbose_name_plural': '单位',
            },
        ),
        migrations.CreateModel(
            name='PartnerClient',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                ('scopes_allowed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, size=None, verbose_name='授权范围')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clients', to='parties.office', verbose_name='单位')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s', to=settings.AUTH_USER_MODEL, verbose_name='user')),
            ],
            options={
                'verbose_name': '合作系统',
                'verbose_name_plural': '合作系统',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('clerk', '办税服务岗'), ('chief', '审批岗'), ('risk', '风险管理岗'), ('reports', '检举管理岗'), ('custodian', '密钥保管人'), ('auditor', '审计岗'), ('officer', '部门经办岗'), ('grid', '网格员')], max_length=20, verbose_name='岗位')),
                ('valid_from', models.DateField(default=apps.kernel.workcalendar.clock.today, verbose_name='开始日期')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='结束日期')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='用户')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='parties.office', verbose_name='单位')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
                'constraints': [models.UniqueConstraint(fields=('user', 'office', 'role', 'valid_from'), name='membership_once'), models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='membership_period', violation_error_message='结束日期不能早于开始日期。')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('party', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='person', serialize=False, to='parties.party')),
                ('id_number', models.CharField(max_length=18, unique=True, validators=[apps.kernel.parties.identifiers.validate_identity_number], verbose_name='居民身份证号码')),
                ('birth_date', models.DateField(verbose_name='出生日期')),
                ('sex', models.CharField(choices=[('F', '女'), ('M', '男')], max_length=1, verbose_name='性别')),
                ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='person', to=settings.AUTH_USER_MODEL, verbose_name='登录用户')),
            ],
            options={
                'verbose_name': '自然人',
                'verbose_name_plural': '自然人',
            },
        ),
    ]
