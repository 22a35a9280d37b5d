"""The columns of the profile, by subject: every fact policies, risk and prefill read (Arts 12-14, 32).

Names are those of the policy predicates and risk indicators, so a rule reads its columns
directly. Label, meaning, unit and usual source stand here and nowhere else; the catalogue is
derived from them. An empty column means "not known", which is not zero and not "no".
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.kernel.facts.columns import Amount, Code, Count, Day, Days, District, Flag, Months, Number, Ratio


class Form(models.TextChoices):
    """Registered form (组织形式) with natural persons apart."""

    PERSON = "person", _("自然人")
    ENTERPRISE = "enterprise", _("企业")
    INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
    INSTITUTION = "institution", _("事业单位")
    SOCIAL = "social", _("社会组织")
    AGENCY = "agency", _("涉税专业服务机构")


class SubjectKind(models.TextChoices):
    """Kind of payer as policies distinguish it (主体类型)."""

    NATURAL = "natural", _("自然人")
    INDIVIDUAL_BUSINESS = "individual_business", _("个体工商户")
    ENTERPRISE = "enterprise", _("企业")
    INSTITUTION = "institution", _("事业单位")
    SOCIAL = "social", _("社会组织")


class VatKind(models.TextChoices):
    """VAT payer type (增值税纳税人类型)."""

    GENERAL = "general", _("一般纳税人")
    SMALL = "small", _("小规模纳税人")
    NONE = "none", _("未登记")


class VatPeriod(models.TextChoices):
    """VAT period (纳税期限)."""

    MONTH = "M", _("按月")
    QUARTER = "Q", _("按季")


class LevyMethod(models.TextChoices):
    """How income tax is levied (征收方式)."""

    BOOKS = "books", _("查账征收")
    DEEMED = "deemed", _("核定征收")


class CreditRating(models.TextChoices):
    """Tax and fee credit rating (纳税缴费信用级别, Art 34)."""

    A = "A", _("A级")
    B = "B", _("B级")
    M = "M", _("M级")
    C = "C", _("C级")
    D = "D", _("D级")


class Register(models.Model):
    """Who the payer is on the register, and where (登记信息)."""

    usual_source = "register"

    district = District(_("所在区"), _("行政区划代码"), max_length=6)
    industry_code = Code(_("行业代码"), _("国民经济行业分类代码"), max_length=5)
    form = Code(_("组织形式"), _("登记的组织形式，自然人单列"), choices=Form)
    subject_kind = Code(_("主体类型"), _("优惠政策判断所用的主体类型"), choices=SubjectKind)
    registration_date = Day(_("登记日期"), _("税务登记日期"))
    years_since_established = Number(_("成立年限"), _("自成立之日起的年数，进位到两位小数"))
    address_key = Code(_("标准地址"), _("同一地址的各户此值相同"), max_length=64)
    address_entities = Count(_("同址户数"), _("登记在同一标准地址的户数"))
    linked_abnormal_count = Count(_("关联非正常户数"), _("法定代表人、财务负责人或地址相同的非正常户、D级户数"))
    ftz_registered = Flag(_("自贸试验区注册"), _("注册地在中国（上海）自由贸易试验区"))
    lingang_registered = Flag(_("临港新片区注册"), _("注册地在临港新片区"))
    lingang_key_industry = Flag(_("临港重点产业"), _("从事重点产业目录核心环节"), source="determinations")
    credit_rating = Code(_("纳税缴费信用级别"), _("最近一个年度的评价结果"), choices=CreditRating, source="credit")

    class Meta:
        abstract = True
        verbose_name = _("登记信息")


class Vat(models.Model):
    """Sales and value added tax declared and paid (增值税)."""

    usual_source = "returns"

    vat_kind = Code(_("增值税纳税人类型"), _("一般纳税人、小规模纳税人或未登记"), choices=VatKind, source="register")
    vat_period = Code(_("增值税纳税期限"), _("按月或按季"), choices=VatPeriod, source="register")
    sales_month = Amount(_("月销售额"), _("最近一个月的不含税销售额"))
    sales_quarter = Amount(_("季销售额"), _("最近一个季度的不含税销售额"))
    taxable_3pct_sales = Amount(_("3%征收率销售额"), _("适用3%征收率的不含税销售额"))
    used_fixed_asset_sales = Amount(_("使用过的固定资产销售额"), _("销售自己使用过的固定资产和旧货"))
    self_produced_agri_sales = Amount(_("自产农产品销售额"), _("销售自产初级农产品"))
    sales = Amount(_("本期销售额"), _("最近一个所属期的不含税销售额"))
    sales_prev = Amount(_("上期销售额"), _("上一个所属期的不含税销售额"))
    vat = Amount(_("本期应纳增值税"), _("最近一个所属期的应纳税额"))
    vat_prev = Amount(_("上期应纳增值税"), _("上一个所属期的应纳税额"))
    taxable_sales = Amount(_("当月应税销售额"), _("最近一个月的应税销售额"))
    taxable_sales_m1 = Amount(_("前一个月应税销售额"), _("往前第一个月"))
    taxable_sales_m2 = Amount(_("前两个月应税销售额"), _("往前第二个月"))
    taxable_sales_m3 = Amount(_("前三个月应税销售额"), _("往前第三个月"))
    taxable_sales_12m = Amount(_("近12个月应税销售额"), _("连续12个月合计"))
    vat_paid = Amount(_("当月已缴增值税"), _("最近一个月入库税额"), source="collection")
    vat_paid_m1 = Amount(_("前一个月已缴增值税"), _("往前第一个月"), source="collection")
    vat_paid_m2 = Amount(_("前两个月已缴增值税"), _("往前第二个月"), source="collection")
    vat_paid_m3 = Amount(_("前三个月已缴增值税"), _("往前第三个月"), source="collection")
    vat_paid_12m = Amount(_("近12个月已缴增值税"), _("连续12个月合计"), source="collection")
    output_vat = Amount(_("本期销项税额"), _("最近一个所属期"))
    output_vat_prev = Amount(_("上期销项税额"), _("上一个所属期"))
    input_vat = Amount(_("本期进项税额"), _("最近一个所属期可抵扣的进项税额"))
    input_vat_prev = Amount(_("上期进项税额"), _("上一个所属期可抵扣的进项税额"))
    input_vat_12m = Amount(_("近12个月进项税额"), _("连续12个月抵扣合计"))
    ending_vat_credit = Amount(_("期末留抵税额"), _("最近一期申报的期末留抵，即下期的上期留抵"))
    main_vat_rate_bp = Ratio(_("主要适用税率"), _("销售额最大的税率或征收率"))
    return_net = Amount(_("申报销售额"), _("本期申报的不含税销售额，与开票金额比对"))
    vat_sales_y = Amount(_("全年增值税销售额"), _("上一年度增值税申报销售额"))
    software_vat_burden_bp = Ratio(_("软件产品实际税负"), _("软件产品增值税应纳税额除以销售额"))
    zero_return_months = Count(_("连续零申报月数"), _("正常状态下连续全零申报的月数"))
    cult_fee_sales_month = Amount(_("广告、娱乐服务月销售额"), _("文化事业建设费计费销售额"))

    class Meta:
        abstract = True
        verbose_name = _("增值税")


class Invoicing(models.Model):
    """What the electronic invoices say (发票)."""

    usual_source = "invoices"

    invoice_net = Amount(_("本期开票金额"), _("本期开具发票的不含税金额"))
    output_12m = Amount(_("近12个月开具金额"), _("开具发票的不含税金额合计"))
    input_12m = Amount(_("近12个月取得金额"), _("取得发票的不含税金额合计"))
    invoice_sum = Amount(_("近90天开具金额"), _("新办户短期开票判断所用"))
    invoices_issued_month = Count(_("当月开具份数"), _("最近一个月开具的发票份数"))
    invoices_near_limit_month = Count(_("当月顶额开具份数"), _("金额达到单份限额九成的份数"))
    invoice_limit = Amount(_("单份开票限额"), _("核定的单份最高金额"), source="collection")
    invoices_issued_3m = Count(_("近3个月开具份数"), _("含作废和红字"))
    invoices_void_3m = Count(_("近3个月作废份数"), _("开具后作废的份数"))
    invoices_red_3m = Count(_("近3个月红字份数"), _("开具的红字发票份数"))
    invoice_quota = Amount(_("发票总额度"), _("本月发票总额度"), source="collection")
    invoice_quota_avg_3m = Amount(_("前3个月平均总额度"), _("往前三个月总额度的平均"), source="collection")
    device_taxpayers_30d = Count(_("同设备开票户数"), _("近30天与本户使用同一设备开票的户数"))
    abnormal_input_vat_12m = Amount(_("异常凭证进项税额"), _("近12个月取得异常凭证的进项税额"), source="collection")
    class_similarity_bp = Ratio(_("进销货物相似度"), _("进项与销项商品编码向量的余弦"))
    invoice_lines_12m = Count(_("近12个月发票明细行数"), _("参与相似度计算的行数"))
    rental_invoice_12m = Amount(_("近12个月租金开票金额"), _("不动产经营租赁服务的开票金额"))
    export_sales_12m = Amount(_("近12个月出口额"), _("报关出口额"), source="departments")
    export_price_z_bp = Ratio(_("出口单价偏离"), _("同类商品单价标准分的最大值乘以一万"), source="departments")
    export_fx_gap = Amount(_("出口未收汇金额"), _("出口额减去收汇额"), source="departments")

    class Meta:
        abstract = True
        verbose_name = _("发票")


class Accounts(models.Model):
    """Income tax returns and financial statements (所得税与财务)."""

    usual_source = "returns"

    levy_method = Code(_("征收方式"), _("查账征收或核定征收"), choices=LevyMethod, source="register")
    taxable_income = Amount(_("应纳税所得额"), _("最近一次企业所得税申报，亏损为负"))
    assets_qavg = Amount(_("资产总额季度平均值"), _("全年季度平均值"))
    headcount_qavg = Number(_("从业人数季度平均值"), _("全年季度平均值，可有小数"))
    revenue = Amount(_("营业收入"), _("最近一个年度"))
    revenue_prev = Amount(_("上年营业收入"), _("上一个年度"))
    cogs = Amount(_("营业成本"), _("最近一个年度"))
    cit_revenue_y = Amount(_("企业所得税申报收入"), _("上一年度汇算清缴申报的营业收入"))
    cit_payable = Amount(_("应纳企业所得税"), _("最近一个年度"))
    loss_years = Count(_("连续亏损年数"), _("有收入而连续亏损的年数"))
    unused_loss = Amount(_("未弥补亏损"), _("结转以后年度的亏损"))
    operating_income = Amount(_("经营所得"), _("个体工商户经营所得应纳税所得额"))
    rd_expense = Amount(_("研发费用"), _("归集的研发费用"))
    rd_negative_industry = Flag(_("研发加计负面行业"), _("属于不适用加计扣除的行业"), source="register")
    restricted_industry = Flag(_("限制和禁止行业"), _("从事国家限制和禁止行业"), source="register")
    equipment_purchase_max_unit = Amount(_("新购设备最高单价"), _("本年新购设备器具的最高单位价值"))
    tech_transfer_income = Amount(_("技术转让收入"), _("技术转让、开发及相关服务收入"))
    tech_transfer_profit = Amount(_("技术转让所得"), _("符合条件的技术转让所得"))
    offshore_trade_amount = Amount(_("离岸转手买卖金额"), _("离岸转手买卖合同金额"))
    bank_loan_contracts = Count(_("金融机构借款合同数"), _("与金融机构签订的借款合同份数"))
    seed_invest_months = Months(_("初创投资持有月数"), _("对初创科技型企业股权投资满的月数"))
    total_assets = Amount(_("资产总额"), _("期末数"))
    total_assets_prev = Amount(_("上年资产总额"), _("上年期末数"))
    inventory = Amount(_("存货"), _("期末数"))
    inventory_prev = Amount(_("上年存货"), _("上年期末数"))
    other_receivable = Amount(_("其他应收款"), _("期末数"))
    shareholder_loan_age_days = Days(_("股东借款最长天数"), _("股东借款未归还的最长天数"))
    fixed_asset_building = Amount(_("房屋建筑物原值"), _("固定资产中的房屋、建筑物"))

    class Meta:
        abstract = True
        verbose_name = _("所得税与财务")


class Qualifications(models.Model):
    """Qualifications determined by departments and lists they keep (资格与名单, Art 26)."""

    usual_source = "determinations"

    hnte_valid = Flag(_("高新技术企业"), _("证书在有效期内"))
    tech_sme_valid = Flag(_("科技型中小企业"), _("入库编号有效"))
    sme_micro_small = Flag(_("小型、微型企业"), _("按划型标准"))
    ic_list = Flag(_("集成电路企业清单"), _("列入清单"))
    machine_tool_list = Flag(_("工业母机企业清单"), _("列入清单"))
    adv_mfg_list = Flag(_("先进制造业企业名单"), _("列入名单"))
    software_product = Flag(_("自产软件产品"), _("有登记的自产软件产品"))
    tech_contract_registered = Flag(_("技术合同已认定登记"), _("技术合同认定登记证明"))
    nonprofit_qualified = Flag(_("非营利组织免税资格"), _("免税资格有效"))
    vc_enterprise = Flag(_("创业投资企业"), _("已备案"))
    incubator_listed = Flag(_("孵化器、众创空间"), _("国家级或省级"))
    community_service = Flag(_("社区养老托育家政机构"), _("列入名单"))
    medical_institution = Flag(_("医疗机构"), _("持医疗机构执业许可"))
    profit_cosmetic_medical = Flag(_("营利性美容医疗"), _("属于营利性美容医疗机构"))
    school_degree = Flag(_("学历教育学校"), _("从事学历教育"))
    nursery = Flag(_("托儿所、幼儿园"), _("经批准设立"))
    elderly_care_institution = Flag(_("养老机构"), _("已备案"))
    disabled_service_institution = Flag(_("残疾人服务机构"), _("经批准设立"))
    farm_producer = Flag(_("农业生产者"), _("从事农业生产"))

    class Meta:
        abstract = True
        verbose_name = _("资格与名单")


class Employment(models.Model):
    """Staff, wages and social insurance (用工与社会保险)."""

    usual_source = "hrss"

    employees_avg = Number(_("在职职工年平均人数"), _("可有小数"))
    disabled_employees = Count(_("残疾职工人数"), _("签订一年以上合同的残疾职工"))
    disabled_ratio_bp = Ratio(_("残疾职工比例"), _("残疾职工人数除以在职职工人数"))
    disabled_fund_declared = Flag(_("已申报残保金"), _("本年已申报残疾人就业保障金"), source="returns")
    key_group_hired = Count(_("招用重点群体人数"), _("登记失业半年以上等重点群体"))
    key_group_contract_months = Months(_("重点群体合同月数"), _("最短的劳动合同期限"))
    veterans_hired = Count(_("招用退役士兵人数"), _("自主就业退役士兵"))
    veteran_contract_months = Months(_("退役士兵合同月数"), _("最短的劳动合同期限"))
    owner_key_group = Flag(_("经营者属重点群体"), _("个体工商户经营者"))
    owner_veteran = Flag(_("经营者为退役士兵"), _("个体工商户经营者"))
    si_headcount = Count(_("社保参保人数"), _("当月参保缴费人数"))
    pit_wage_headcount = Count(_("个税扣缴工资人数"), _("当月扣缴工资薪金所得人数"), source="returns")
    si_base = Amount(_("社保缴费基数合计"), _("全体职工月缴费基数合计"))
    si_base_expected = Amount(
        _("按上年工资应有基数"), _("每名职工上年月平均工资按上下限取值后的合计"), source="returns"
    )
    pit_income_prev_year = Amount(_("上年个税工资收入"), _("上年扣缴申报的工资薪金合计"), source="returns")

    class Meta:
        abstract = True
        verbose_name = _("用工与社会保险")


class Property(models.Model):
    """Property, stamp and vehicle taxes (财产和行为税)."""

    usual_source = "returns"

    property_tax_decl = Amount(_("近12个月从价房产税"), _("申报的从价计征房产税"))
    rent_property_tax = Amount(_("近12个月从租房产税"), _("申报的从租计征房产税"))
    stamp_tax_12m = Amount(_("近12个月印花税"), _("申报的印花税"))
    house_sale_hold_months = Months(_("出售住房持有月数"), _("取得至出售的月数"), source="registry")
    housing_rent_income = Amount(_("住房出租收入"), _("月租金收入"))
    nev_purchase = Flag(_("购置新能源汽车"), _("本年购置"), source="police")

    class Meta:
        abstract = True
        verbose_name = _("财产和行为税")


class Individual(models.Model):
    """Circumstances of a natural person that bear on tax (个人情况)."""

    usual_source = "declared"

    comprehensive_income = Amount(_("综合所得收入"), _("全年综合所得收入额"), source="returns")
    settlement_due = Amount(_("汇算应补税额"), _("年度汇算计算的应补税额"), source="returns")
    annual_bonus = Amount(_("全年一次性奖金"), _("本年度取得"), source="returns")
    children_under3 = Count(_("3岁以下子女数"), _("婴幼儿照护扣除"))
    children_in_education = Count(_("受教育子女数"), _("满3岁至接受全日制学历教育"))
    parents_60plus = Count(_("年满60岁父母人数"), _("赡养老人扣除"))
    disabled_person = Flag(_("残疾人"), _("持残疾人证"), source="departments")
    renting = Flag(_("租房居住"), _("在工作城市租房"))
    owns_home_in_city = Flag(_("本市有自有住房"), _("本人及配偶"), source="registry")
    first_home_mortgage = Flag(_("首套住房贷款"), _("正在偿还"))
    mortgage_months = Months(_("房贷已还月数"), _("最长240个月"))
    mortgage_deduction = Flag(_("已享受房贷利息扣除"), _("本年度"), source="returns")
    rent_deduction = Flag(_("已享受住房租金扣除"), _("本年度"), source="returns")
    private_pension_paid = Amount(_("个人养老金缴费"), _("本年度缴费额"), source="departments")
    serious_illness_self_paid = Amount(_("大病医疗自付"), _("医保目录范围内自付部分"), source="departments")

    class Meta:
        abstract = True
        verbose_name = _("个人情况")


class Compliance(models.Model):
    """Returns missed and money owed (申报与欠税)."""

    usual_source = "collection"

    overdue_returns = Count(_("逾期未申报次数"), _("到期未申报的所属期数"))
    arrears = Amount(_("欠税金额"), _("超过缴纳期限未缴的税费"))
    arrears_age_days = Days(_("欠税最长天数"), _("自缴纳期限届满之次日起"))

    class Meta:
        abstract = True
        verbose_name = _("申报与欠税")


class ThirdParty(models.Model):
    """What banks and utilities report where the law lets them (第三方信息)."""

    usual_source = "departments"

    bank_in_12m = Amount(_("近12个月银行入账"), _("依法共享时才有"))
    personal_transfer_12m = Amount(_("近12个月公转私金额"), _("依法共享时才有"))
    kwh_12m = Count(_("近12个月用电量"), _("千瓦时"))
    kwh_prev_12m = Count(_("上一个12个月用电量"), _("千瓦时"))

    class Meta:
        abstract = True
        verbose_name = _("第三方信息")


class Reliefs(models.Model):
    """Reliefs taken in the latest return (已享受优惠)."""

    usual_source = "returns"

    vat_exempt_small = Flag(_("小规模起征点免税"), _("本期申报已享受"))
    vat_reduction_1pct = Flag(_("3%减按1%征收"), _("本期申报已享受"))
    six_two_reduction = Flag(_("六税两费减半"), _("本期申报已享受"))
    edu_exempt = Flag(_("教育费附加免征"), _("本期申报已享受"))
    cit_slp_reduction = Flag(_("小型微利企业减免"), _("本期申报已享受"))
    cit_hnte_reduction = Flag(_("高新技术企业减按15%"), _("本期申报已享受"))
    rd_super_deduction = Flag(_("研发费用加计扣除"), _("本期申报已享受"))
    equip_oneoff = Flag(_("设备一次性扣除"), _("本期申报已享受"))
    disabled_wage_super = Flag(_("残疾职工工资加计扣除"), _("本期申报已享受"))
    pit_half_reduction = Flag(_("经营所得减半"), _("本期申报已享受"))
    pit_addon_infant = Flag(_("婴幼儿照护专项附加扣除"), _("本期申报已享受"))
    pit_addon_child = Flag(_("子女教育专项附加扣除"), _("本期申报已享受"))
    pit_addon_elder = Flag(_("赡养老人专项附加扣除"), _("本期申报已享受"))
    pit_addon_rent = Flag(_("住房租金专项附加扣除"), _("本期申报已享受"))
    disabled_fund_exempt = Flag(_("残保金暂免"), _("本期申报已享受"))
    disabled_fund_tier = Flag(_("残保金分档减缴"), _("本期申报已享受"))
    cult_fee_half = Flag(_("文化事业建设费减半"), _("本期申报已享受"))

    class Meta:
        abstract = True
        verbose_name = _("已享受优惠")
