"""The clauses of a product as a plain text to keep: what the clause bundle's digest binds, readable anywhere."""

from __future__ import annotations

from vermilion.apps.products.models import ProductVersion


def as_text(product: ProductVersion) -> str:
    """Return title, code, version, digest, every article and every annex, in Chinese."""
    clauses = product.definition.clauses
    lines = [clauses.title, clauses.code, f"{product.code} {product.version}", f"SHA-256 {product.clause_bundle_digest}", ""]
    for chapter in clauses.chapters:
        lines += [chapter.title, ""]
        for article in chapter.articles:
            lines.append(f"第{article.number}条 {article.title}")
            lines += [f"【{paragraph.text}】" if paragraph.conspicuous else paragraph.text for paragraph in article.paragraphs]
            lines.append("")
    for annex in clauses.annexes:
        lines += [annex.title, annex.intro, "\t".join(annex.columns), *("\t".join(row) for row in annex.rows), ""]
    return "\n".join(lines)
