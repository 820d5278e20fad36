"""Publishing product versions."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import snapshots
from tests.apps.making import make_insurer
from vermilion.apps.products import models, queries, services
from vermilion.apps.products.definition import ProductDefinition
from vermilion.apps.products.errors import DefinitionChanged, ProductNotOnSale, VersionAlreadyPublished
from vermilion.apps.products.models import ProductVersion
from vermilion.base.canonical import digest

pytestmark = pytest.mark.django_db


def renamed(definition: ProductDefinition, **changes: object) -> ProductDefinition:
    return ProductDefinition.model_validate({**definition.model_dump(), **changes})


def test_a_published_version_comes_back_word_for_word(critical: ProductDefinition) -> None:
    insurer = make_insurer()
    published = services.publish(insurer=insurer, definition=critical)
    stored = ProductVersion.objects.get(pk=published.pk)
    assert stored.definition == critical
    assert stored.digest == digest(critical.model_dump(mode="json"))
    assert queries.current(insurer, "critical_illness") == published


def test_publishing_the_same_again_does_nothing(critical: ProductDefinition) -> None:
    insurer = make_insurer()
    assert services.publish(insurer=insurer, definition=critical) == services.publish(insurer=insurer, definition=critical)
    assert ProductVersion.objects.count() == 1


def test_other_words_need_another_version_number(critical: ProductDefinition) -> None:
    insurer = make_insurer()
    services.publish(insurer=insurer, definition=critical)
    with pytest.raises(VersionAlreadyPublished):
        services.publish(insurer=insurer, definition=renamed(critical, follow_up_call=False))


def test_a_new_version_retires_the_old_one(critical: ProductDefinition) -> None:
    insurer = make_insurer()
    old = services.publish(insurer=insurer, definition=critical)
    new = services.publish(insurer=insurer, definition=renamed(critical, version="2026-2"))
    old.refresh_from_db()
    assert old.retired_at == new.published_at
    assert list(queries.on_sale(insurer)) == [new]


def test_the_bundle_digest_changes_with_the_clauses_only(critical: ProductDefinition) -> None:
    bundle = digest(services.clause_bundle(critical))
    assert digest(services.clause_bundle(renamed(critical, follow_up_call=False))) == bundle
    clauses = critical.clauses.model_dump()
    clauses["chapters"][0]["articles"][0]["paragraphs"][0]["text"] += "。"
    assert digest(services.clause_bundle(renamed(critical, clauses=clauses))) != bundle


def test_insurers_are_apart(critical: ProductDefinition) -> None:
    services.publish(insurer=make_insurer(), definition=critical)
    with pytest.raises(ProductNotOnSale):
        queries.current(make_insurer("taihe"), "critical_illness")


def test_retired_products_are_not_on_sale(medical: ProductDefinition) -> None:
    insurer = make_insurer()
    services.publish(insurer=insurer, definition=medical)
    services.retire(insurer=insurer, code="medical")
    with pytest.raises(ProductNotOnSale):
        queries.current(insurer, "medical")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE products_productversion SET data = '{}'",
        "UPDATE products_productversion SET version = '2026-9'",
        "UPDATE products_productversion SET retired_at = NULL",
        "DELETE FROM products_productversion",
    ],
)
def test_not_even_sql_rewrites_a_published_version(medical: ProductDefinition, statement: str) -> None:
    insurer = make_insurer()
    services.publish(insurer=insurer, definition=medical)
    services.retire(insurer=insurer, code="medical")
    with pytest.raises(DatabaseError, match="cannot be"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_definition_is_read_once_a_process_whoever_asks(critical: ProductDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "_read", {})
    monkeypatch.setattr(models, "KEEP", 2)
    published = services.publish(insurer=make_insurer(), definition=critical)
    first = ProductVersion.objects.get(pk=published.pk).definition
    with CaptureQueriesContext(connection) as asked:
        assert ProductVersion.objects.defer("data").get(pk=published.pk).definition is first
    assert len(asked) == 1, "the long text is not even fetched again"
    # Another insurer with the same words shares it; other words are another definition; the memory has a bound.
    other = make_insurer("another")
    assert services.publish(insurer=other, definition=critical).definition is first
    for number in range(2, 5):
        changed = services.publish(insurer=other, definition=renamed(critical, version=f"2026-{number}"))
        assert changed.definition.version == f"2026-{number}"
        assert len(models._read) <= 2
    assert digest(first.model_dump(mode="json")) == published.digest, "nobody has changed what all share"


def test_what_leads_to_a_product_leaves_its_long_text_until_it_is_asked_for(critical: ProductDefinition) -> None:
    published = services.publish(insurer=make_insurer(), definition=critical)
    found = ProductVersion._base_manager.get(pk=published.pk)  # as a case finds its product
    assert found.get_deferred_fields() == {"data"}
    assert found.data == published.data
    found.refresh_from_db()
    assert not found.get_deferred_fields()


def test_words_changed_behind_the_trigger_are_not_sold(critical: ProductDefinition, monkeypatch: pytest.MonkeyPatch) -> None:
    published = services.publish(insurer=make_insurer(), definition=critical)
    with snapshots.guards_asleep() as cursor:
        cursor.execute("UPDATE products_productversion SET data = jsonb_set(data, '{follow_up_call}', 'false')")
    monkeypatch.setattr(models, "_read", {})
    with pytest.raises(DefinitionChanged):
        assert ProductVersion.objects.get(pk=published.pk).definition
