"""What an operator makes by command before a real instance can sell: a product, a seal, an API client."""

from __future__ import annotations

import json
import shutil
import stat
from pathlib import Path

import pytest

from tests import factories, life
from vermilion.apps.integrations.errors import ScopeUnknown
from vermilion.apps.integrations.models import ApiClient
from vermilion.apps.parties import organising
from vermilion.apps.parties.models import Insurer
from vermilion.apps.products.errors import VersionAlreadyPublished
from vermilion.apps.products.models import ProductVersion
from vermilion.apps.seals.models import Seal
from vermilion.base import instance
from vermilion.cli.demo import content
from vermilion.cli.main import main
from vermilion.cli.steps import equipping

PRODUCTS = content.FOLDER / "products"


@pytest.fixture
def insurer(transactional_db: None) -> Insurer:
    return factories.insurer()


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command would load the platform anew; here it is loaded."""
    monkeypatch.setattr("vermilion.cli.platform.load", lambda role: None)


@pytest.mark.django_db(transaction=True)
class TestProducts:
    def test_a_product_from_a_folder_is_on_sale_under_the_companys_name(self, insurer: Insurer, command: None) -> None:
        for _time in range(2):
            assert main(["admin", "product", str(PRODUCTS / "medical")]) == 0
        version = ProductVersion.objects.get()
        assert insurer.name in json.dumps(version.data, ensure_ascii=False)

    def test_a_published_version_is_never_changed(self, insurer: Insurer, tmp_path: Path) -> None:
        files = Path(shutil.copytree(PRODUCTS, tmp_path / "products"))
        first = equipping.publish_product(insurer=insurer, folder=files / "medical", shared=files / "shared")
        definition = files / "medical/product.toml"
        text = definition.read_text(encoding="utf-8")
        definition.write_text(text.replace("华岳百万医疗", "华岳千万医疗"), encoding="utf-8")
        with pytest.raises(VersionAlreadyPublished):
            equipping.publish_product(insurer=insurer, folder=files / "medical", shared=files / "shared")
        year, number = first.version.split("-")
        following = text.replace(f'version = "{first.version}"', f'version = "{year}-{int(number) + 1}"')
        definition.write_text(following, encoding="utf-8")
        equipping.publish_product(insurer=insurer, folder=files / "medical", shared=files / "shared")
        assert ProductVersion.objects.filter(retired_at=None).count() == 1

    def test_a_wrong_folder_is_told_in_a_sentence(
        self, insurer: Insurer, command: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["admin", "product", str(tmp_path)]) == 1
        assert "product.toml" in capsys.readouterr().err
        assert not ProductVersion.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestAuthentication:
    def test_who_checked_the_company_by_which_paper_is_recorded(self, insurer: Insurer, command: None, tmp_path: Path) -> None:
        paper = tmp_path / "licence.pdf"
        paper.write_bytes(b"%PDF licence")
        assert main(["admin", "authenticate", "--by", "王核", "--refuse", "--note", "许可证过期"]) == 0
        assert not organising.is_authenticated(insurer.pk)
        assert main(["admin", "authenticate", "--by", "王核"]) == 1, "nobody passes without a document"
        assert main(["admin", "authenticate", "--by", "王核", "--document", str(paper), "--until", "2099-01-01"]) == 0
        latest = organising.authentication_of(insurer.pk)
        assert latest is not None
        assert (latest.checked_by, str(latest.valid_until), latest.documents[0]["name"]) == ("王核", "2099-01-01", "licence.pdf")
        assert organising.is_authenticated(insurer.pk)


@pytest.mark.django_db(transaction=True)
class TestSeals:
    def test_a_seal_gets_its_key_and_certificate_once(self, insurer: Insurer, command: None, capsys: pytest.CaptureFixture[str]) -> None:
        instance.decide(demo=True)
        # Without the keeper the seal waits in the register; the same command finishes it.
        assert main(["admin", "seal", "policy", "电子保单专用章"]) == 1
        assert Seal.objects.get().state == Seal.State.REQUESTED
        with life.running_keeper():
            assert main(["admin", "seal", "policy", "电子保单专用章"]) == 0
            assert main(["admin", "seal", "policy", "电子保单专用章"]) == 1
        assert "已经有这枚印章" in capsys.readouterr().err
        seal = Seal.objects.get()
        assert (seal.state, seal.certificate is not None) == (Seal.State.ACTIVE, True)

    def test_a_picture_that_cannot_be_drawn_makes_no_seal(self, insurer: Insurer, command: None, tmp_path: Path) -> None:
        picture = tmp_path / "seal.svg"
        picture.write_text("not a picture")
        assert main(["admin", "seal", "policy", "电子保单专用章", "--picture", str(picture)]) == 1
        assert not Seal.objects.exists()


@pytest.mark.django_db(transaction=True)
class TestClients:
    def test_id_and_secret_go_into_a_private_file(self, insurer: Insurer, command: None, tmp_path: Path) -> None:
        out = tmp_path / "client.json"
        call = ["admin", "client", "核心系统", "--scope", "policies:read", "--scope", "policies:write", "--out", str(out)]
        assert main(call) == 0
        assert stat.S_IMODE(out.stat().st_mode) == 0o600
        made = json.loads(out.read_text())
        client = ApiClient.objects.get(client_id=made["client_id"])
        assert (client.scopes, client.insurer) == (["policies:read", "policies:write"], insurer)
        # A file that is there is not written over, and no client is made whose secret nobody would know.
        assert main(call) == 1
        assert ApiClient.objects.count() == 1
        assert main(["admin", "shut-client", made["client_id"]]) == 0
        client.refresh_from_db()
        assert client.active is False

    def test_what_does_not_exist_is_told(self, insurer: Insurer) -> None:
        with pytest.raises(ScopeUnknown):
            equipping.make_client(insurer=insurer, name="x", scopes=["everything"])
        with pytest.raises(equipping.NotEquipped):
            equipping.make_client(insurer=insurer, name="x", scopes=["policies:read"], branch="nowhere")
        with pytest.raises(equipping.NotEquipped):
            equipping.shut_client(insurer=insurer, client_id="nobody")
        with pytest.raises(equipping.NotEquipped):
            equipping.the_insurer("nobody")
        assert equipping.the_insurer() == insurer
        factories.insurer("other")
        with pytest.raises(equipping.NotEquipped):
            equipping.the_insurer()
        assert equipping.the_insurer("other").code == "other"
