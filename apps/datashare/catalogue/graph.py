"""The catalogue as linked data: DCAT-AP 3 with DQV quality and ODRL policy (Art 16)."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, ODRL2, RDF, RDFS, SKOS, XSD

from apps.datashare.catalogue import freshness
from apps.datashare.catalogue.models import Dataset, DatasetVersion, Frequency, Security, Sharing, Theme
from apps.kernel.parties.models import Office

ADMS = Namespace("http://www.w3.org/ns/adms#")
ADMS_STATUS = Namespace("http://purl.org/adms/status/")
DQV = Namespace("http://www.w3.org/ns/dqv#")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
FREQUENCY = "http://publications.europa.eu/resource/authority/frequency/"
RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"
VERSION = URIRef(f"{DCAT}version")  # newer than the list of names rdflib knows
LANGUAGE = URIRef("http://publications.europa.eu/resource/authority/language/ZHO")
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"

FREQUENCIES = {
    Frequency.DAILY: "DAILY",
    Frequency.WEEKLY: "WEEKLY",
    Frequency.MONTHLY: "MONTHLY",
    Frequency.QUARTERLY: "QUARTERLY",
    Frequency.YEARLY: "ANNUAL",
    Frequency.EVENT: "IRREG",
}
RIGHTS_LABELS = {"RESTRICTED": gettext_lazy("依授权使用"), "NON_PUBLIC": Sharing.NONE.label}
STATUS_LABELS = {True: gettext_lazy("现行"), False: gettext_lazy("已撤销")}
ACCESS = {Sharing.UNCONDITIONAL: "RESTRICTED", Sharing.CONDITIONAL: "RESTRICTED", Sharing.NONE: "NON_PUBLIC"}
# What a catalogue or an entry may end in: rdflib's name of the form, and its media type.
FORMATS = {
    "jsonld": ("json-ld", "application/ld+json"),
    "ttl": ("turtle", "text/turtle"),
    "xml": ("xml", "application/rdf+xml"),
}


def address(path: str) -> URIRef:
    """A thing's name in the graph: the portal's public address of it."""
    return URIRef(settings.PUBLIC_URL.rstrip("/") + path)


def of_catalogue(datasets: Iterable[Dataset], *, page: URIRef, following: URIRef | None) -> Graph:
    """One page of the catalogue with its entries."""
    graph = _empty()
    catalogue = address(reverse("datashare:catalogue"))
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    _words(
        graph, catalogue, DCTERMS.title, "上海市涉税涉费公共数据目录", "Shanghai catalogue of tax-related public data"
    )
    _words(
        graph,
        catalogue,
        DCTERMS.description,
        "各部门依法履职中产生的涉税涉费公共数据条目、数据项、共享属性和更新情况。",
        "Entries, fields, sharing attributes and updates of public data that departments hold for tax and fees.",
    )
    graph.add((catalogue, DCTERMS.language, LANGUAGE))
    _concept(graph, LANGUAGE, gettext_lazy("中文"), DCTERMS.LinguisticSystem)
    graph.add((catalogue, FOAF.homepage, catalogue))
    graph.add((catalogue, RDF.type, FOAF.Document))
    _publisher(graph, catalogue, address("/"), "上海税费服务", "Shanghai Tax & Fee Services")
    scheme = _scheme(graph)
    graph.add((catalogue, DCAT.themeTaxonomy, scheme))
    graph.add((page, RDF.type, HYDRA.PartialCollectionView))
    if following is not None:
        graph.add((page, HYDRA.next, following))
    for dataset in datasets:
        node = _describe(graph, dataset)
        if dataset.is_listed:
            graph.add((catalogue, DCAT.dataset, node))
        _record(graph, catalogue, node, dataset)
    return graph


def of_dataset(dataset: Dataset) -> Graph:
    """One entry by itself."""
    graph = _empty()
    _scheme(graph)
    _describe(graph, dataset)
    return graph


def _empty() -> Graph:
    graph = Graph()
    for prefix, space in {"adms": ADMS, "dqv": DQV, "hydra": HYDRA, "vcard": VCARD, "odrl": ODRL2}.items():
        graph.bind(prefix, space)
    return graph


def _record(graph: Graph, catalogue: URIRef, node: URIRef, dataset: Dataset) -> None:
    """What the catalogue itself says of an entry: since when it is listed, when that last changed, and whether it is
    withdrawn. A harvester that asks for changes learns from here what to take out of its copy."""
    record = URIRef(f"{node}#record")
    graph.add((catalogue, DCAT.record, record))
    graph.add((record, RDF.type, DCAT.CatalogRecord))
    graph.add((record, FOAF.primaryTopic, node))
    graph.add((record, DCTERMS.issued, _moment(dataset.created_at)))
    graph.add((record, DCTERMS.modified, _moment(dataset.changed_at)))
    _status(graph, record, dataset)


def _status(graph: Graph, node: URIRef, dataset: Dataset) -> None:
    status = ADMS_STATUS["Completed" if dataset.is_listed else "Withdrawn"]
    graph.add((node, ADMS.status, status))
    _concept(graph, status, STATUS_LABELS[dataset.is_listed])


def _describe(graph: Graph, dataset: Dataset) -> URIRef:
    version = dataset.current
    node = address(reverse("datashare:dataset", args=[dataset.code]))
    graph.add((node, RDF.type, DCAT.Dataset))
    graph.add((node, RDF.type, DCAT.Resource))  # what a record is about; the profile draws no conclusions
    graph.add((node, DCTERMS.identifier, Literal(dataset.code)))
    _words(graph, node, DCTERMS.title, version.title, version.title_en)
    graph.add((node, DCTERMS.description, Literal(version.abstract, lang="zh")))
    _status(graph, node, dataset)
    for word in version.keywords.split():
        graph.add((node, DCAT.keyword, Literal(word, lang="zh")))
    graph.add((node, DCAT.theme, _theme(version.theme)))
    graph.add((node, DCTERMS.issued, _moment(dataset.created_at)))
    graph.add((node, DCTERMS.modified, _moment(dataset.modified_at)))
    graph.add((node, VERSION, Literal(str(version.number))))
    _frequency(graph, node, version)
    _publisher(graph, node, _office(dataset.provider), dataset.provider.name)
    _contact(graph, node, version, dataset.provider)
    _rights(graph, node, version)
    _coverage(graph, node, version)
    _quality(graph, node, dataset)
    if dataset.is_listed:
        _schema(graph, node, dataset)
    return node


def _frequency(graph: Graph, node: URIRef, version: DatasetVersion) -> None:
    frequency = URIRef(FREQUENCY + FREQUENCIES[version.frequency])
    graph.add((node, DCTERMS.accrualPeriodicity, frequency))
    _concept(graph, frequency, Frequency(version.frequency).label, DCTERMS.Frequency)


def _publisher(graph: Graph, node: URIRef, agent: URIRef, name: str, english: str = "") -> None:
    graph.add((node, DCTERMS.publisher, agent))
    graph.add((agent, RDF.type, FOAF.Agent))
    graph.add((agent, FOAF.name, Literal(name, lang="zh")))
    if english:
        graph.add((agent, FOAF.name, Literal(english, lang="en")))


def _contact(graph: Graph, node: URIRef, version: DatasetVersion, office: Office) -> None:
    card = BNode()
    graph.add((node, DCAT.contactPoint, card))
    graph.add((card, RDF.type, VCARD.Organization))
    graph.add((card, RDF.type, VCARD.Kind))
    graph.add((card, VCARD.fn, Literal(office.name, lang="zh")))
    graph.add((card, VCARD.note, Literal(version.contact, lang="zh")))


def _rights(graph: Graph, node: URIRef, version: DatasetVersion) -> None:
    """Who may use it: the access right, and an ODRL policy that says on what condition and how long."""
    right = URIRef(RIGHTS + ACCESS[version.sharing])
    graph.add((node, DCTERMS.accessRights, right))
    _concept(graph, right, RIGHTS_LABELS[ACCESS[version.sharing]], DCTERMS.RightsStatement)
    policy, rule = BNode(), BNode()
    graph.add((node, ODRL2.hasPolicy, policy))
    graph.add((policy, RDF.type, ODRL2.Policy))
    forbidden = version.sharing == Sharing.NONE
    graph.add((policy, ODRL2.prohibition if forbidden else ODRL2.permission, rule))
    graph.add((rule, RDF.type, ODRL2.Prohibition if forbidden else ODRL2.Permission))
    graph.add((rule, ODRL2.target, node))
    graph.add((rule, ODRL2.action, ODRL2.use))
    for scenario in version.scenarios.all():
        purpose = BNode()
        graph.add((rule, ODRL2.constraint, purpose))
        graph.add((purpose, RDF.type, ODRL2.Constraint))
        graph.add((purpose, ODRL2.leftOperand, ODRL2.purpose))
        graph.add((purpose, ODRL2.operator, ODRL2.eq))
        graph.add((purpose, ODRL2.rightOperand, Literal(scenario.code)))
    if version.condition:
        graph.add((rule, RDFS.comment, Literal(version.condition, lang="zh")))
    duty, delay = BNode(), BNode()
    graph.add((policy, ODRL2.obligation, duty))
    graph.add((duty, RDF.type, ODRL2.Duty))
    graph.add((duty, ODRL2.action, ODRL2.delete))
    graph.add((duty, ODRL2.constraint, delay))
    graph.add((delay, RDF.type, ODRL2.Constraint))
    graph.add((delay, ODRL2.leftOperand, ODRL2.elapsedTime))
    graph.add((delay, ODRL2.operator, ODRL2.lteq))
    graph.add((delay, ODRL2.rightOperand, Literal(f"P{version.retention_days}D", datatype=XSD.duration)))
    _labelled(graph, policy, RDFS.comment, Security(version.security).label)


def _coverage(graph: Graph, node: URIRef, version: DatasetVersion) -> None:
    place = URIRef("http://www.geonames.org/1796231")
    graph.add((node, DCTERMS.spatial, place))
    graph.add((place, RDF.type, DCTERMS.Location))
    if version.covers_from:
        period = BNode()
        graph.add((node, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((period, DCAT.startDate, Literal(version.covers_from, datatype=XSD.date)))


def _quality(graph: Graph, node: URIRef, dataset: Dataset) -> None:
    """Timeliness as a DQV measurement: what the portal itself can say of every entry."""
    measured, metric = BNode(), address(reverse("datashare:catalogue") + "#timeliness")
    standing = freshness.of(dataset).standing
    graph.add((node, DQV.hasQualityMeasurement, measured))
    graph.add((measured, RDF.type, DQV.QualityMeasurement))
    graph.add((measured, DQV.isMeasurementOf, metric))
    graph.add((measured, DQV.value, Literal(standing.value)))
    graph.add((metric, RDF.type, DQV.Metric))
    graph.add((metric, SKOS.prefLabel, Literal("更新及时性", lang="zh")))
    graph.add((metric, DQV.expectedDataType, XSD.string))


def _schema(graph: Graph, node: URIRef, dataset: Dataset) -> None:
    """What can be fetched of an entry here: its Table Schema; the data themselves go by grant only."""
    part = address(reverse("datashare:schema", args=[dataset.code]))
    graph.add((node, DCAT.distribution, part))
    graph.add((part, RDF.type, DCAT.Distribution))
    graph.add((part, DCAT.accessURL, part))
    graph.add((part, RDF.type, RDFS.Resource))
    _words(graph, part, DCTERMS.title, "数据项说明（Table Schema）", "Fields (Table Schema)")
    kind = URIRef(FILE_TYPE + "JSON")
    graph.add((part, DCTERMS["format"], kind))
    _concept(graph, kind, "JSON", DCTERMS.MediaTypeOrExtent)


def _scheme(graph: Graph) -> URIRef:
    scheme = address(reverse("datashare:catalogue") + "#themes")
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    _words(graph, scheme, DCTERMS.title, "涉税涉费数据分类", "Themes of tax-related data")
    for theme in Theme:
        concept = _theme(theme)
        _concept(graph, concept, theme.label)
        graph.add((concept, SKOS.inScheme, scheme))
        graph.add((concept, SKOS.notation, Literal(theme.value)))
    return scheme


def _theme(code: str) -> URIRef:
    return address(reverse("datashare:catalogue") + f"#theme-{code}")


def _office(office: Office) -> URIRef:
    return address(reverse("datashare:catalogue") + f"#office-{office.code}")


def _concept(graph: Graph, node: URIRef, label: Promise | str, kind: URIRef | None = None) -> None:
    """A term of a vocabulary, named in both languages wherever it stands in the graph; once, however many use it."""
    if (node, RDF.type, SKOS.Concept) in graph:
        return
    graph.add((node, RDF.type, SKOS.Concept))
    if kind is not None:
        graph.add((node, RDF.type, kind))
    _labelled(graph, node, SKOS.prefLabel, label)


def _labelled(graph: Graph, node: URIRef | BNode, predicate: URIRef, label: Promise | str) -> None:
    """The portal's own word in both languages, whatever language is being spoken."""
    for language, tag in ((settings.LANGUAGE_CODE, "zh"), ("en", "en")):
        with translation.override(language):
            graph.add((node, predicate, Literal(str(label), lang=tag)))


def _words(graph: Graph, node: URIRef, predicate: URIRef, chinese: str, english: str) -> None:
    graph.add((node, predicate, Literal(chinese, lang="zh")))
    graph.add((node, predicate, Literal(english, lang="en")))


def _moment(value) -> Literal:
    return Literal(value.isoformat(timespec="seconds"), datatype=XSD.dateTime)
