"""Every reason code of the verifier with its sentence. Codes are stable: outside programs depend on them."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    # the file
    "not_opened": ("文件不存在或无法打开。", "The file does not exist or can't be opened."),
    "empty": ("文件是空的。", "The file is empty."),
    "too_large": ("文件超过 100 MB，未检查。", "The file is larger than 100 MB and was not checked."),
    "not_pdf": ("这不是 PDF 文件。", "This is not a PDF file."),
    "ofd_not_judged": ("这是 OFD 文件，目前还不能判断它的签名。", "This is an OFD file, whose signatures can't be judged yet."),
    "truncated": ("文件不完整，可能没有下载完。", "The file is incomplete; the download may have broken off."),
    "encrypted": (
        "文件有密码，无法检查。请提供未加密的原始文件。",
        "The file has a password and can't be checked. Use the original file without one.",
    ),
    "damaged": ("文件结构损坏，无法读取。", "The file's structure is damaged and can't be read."),
    "took_too_long": ("检查超出时间或内存限制，已停止。", "The check exceeded its time or memory limit and was stopped."),
    "too_complex": ("文件过于复杂，超出检查的限度。", "The file is more complex than can be checked."),
    "no_signature": ("文件没有电子签名。", "The file has no electronic signature."),
    "signature_removed": (
        "文件曾有电子签名，但已被去除或无法识别；请使用原始文件。",
        "The file once had an electronic signature that was removed or can't be recognised; use the original file.",
    ),
    # one meaning: programs that read the file in different ways would show different things
    "header": (
        "文件开头有不属于 PDF 的内容，或有多个文件头。",
        "Something that is not PDF stands in front of the file, or it has several headers.",
    ),
    "hidden_object": ("文件中藏有目录没有列出的对象。", "The file hides objects that no cross-reference names."),
    "duplicate_object": ("同一版本中有两个编号相同的对象。", "One revision holds two objects of the same number."),
    "duplicate_key": ("同一字典中有重复的键。", "A dictionary has the same key twice."),
    "xref_inexact": ("交叉引用与对象的实际位置不符。", "The cross-references do not lead to where the objects are."),
    "hybrid": ("两套交叉引用互相矛盾。", "The file's two sets of cross-references contradict each other."),
    "stream_length": ("数据流的长度与实际不符。", "The stated length of a stream is not its real one."),
    "object_stream": ("对象流无法解释。", "An object stream can't be explained."),
    "page_tree": ("页面目录自相矛盾。", "The page tree contradicts itself."),
    "content_elsewhere": (
        "显示的内容有一部分在文件之外，或另有一份只供打印的图像。",
        "Part of what is shown lies outside the file, or another picture is printed than is shown.",
    ),
    "active_content": ("文件带有会自动执行的动作或脚本。", "The file holds actions or scripts that run by themselves."),
    "xfa_form": (
        "文件带有动态表单（XFA），不同程序显示的内容可能不同。",
        "The file has a dynamic form (XFA), which other programs may show differently.",
    ),
    "optional_content": ("文件带有可以隐藏的图层。", "The file has layers that can be hidden."),
    "foreign_field": ("文件中有不属于本平台的表单域。", "The file has form fields that are not this platform's."),
    # coverage
    "byte_range": ("签名声明的范围不合规。", "The range that the signature claims is malformed."),
    "gap": ("签名范围内留有不属于签名本身的空隙。", "The signature's range leaves out bytes that are not the signature itself."),
    "beyond_file": ("签名所覆盖的内容比文件还长，文件被截短。", "The signature covers more bytes than the file has; it was cut off."),
    "tail": (
        "签名之后附加了无法解释的内容。",
        "Bytes were appended after the signature that no complete, cross-referenced revision explains.",
    ),
    "revision_incomplete": ("签名没有覆盖它所在的完整版本。", "The signature does not cover the whole of its own revision."),
    # cryptography
    "contents": ("签名数据无法读取。", "The signature data can't be read."),
    "padding": ("签名数据之后填充了其他内容。", "Something else is hidden behind the signature data."),
    "not_canonical": (
        "签名数据的写法与签发时不同，文件被改动过。",
        "The signature data is not written as it was issued; the file was changed.",
    ),
    "cms": ("签名结构不符合标准。", "The signature's structure breaks the standard."),
    "digest": ("签名之后，文件内容被改动过。", "The file's content was changed after it was signed."),
    "signature_value": ("签名值不正确。", "The signature value is wrong."),
    "weak_digest": ("签名使用了已不安全的摘要算法。", "The signature uses a digest algorithm that is no longer safe."),
    "no_signing_certificate": ("签名没有绑定签名证书（不符合 PAdES）。", "The signature does not name its certificate (not PAdES)."),
    # later revisions
    "change_forbidden": (
        "签名之后的修改不被该签名允许，或无法证明其无害。",
        "A change after the signature is not permitted by it, or can't be shown to be harmless.",
    ),
    "fields_changed": ("签名之后填写或修改了表单内容。", "Form fields were filled in or changed after the signature."),
    "field_appearance": (
        "签名之后填写的表单域，显示的内容与其值不一致，或画有值以外的东西。",
        "A form field that was filled in after the signature shows something else than its value, or more than that.",
    ),
    "field_hidden": (
        "签名之后填写的表单域，其内容看不见、看不全，或被改为隐藏或显示。",
        "What was filled into a form field after the signature can't be seen, or not all of it, or the field was hidden or brought out.",
    ),
    "appearance_unread": (
        "签名之后填写的表单域，其显示的内容无法与其值对照。",
        "What a form field shows that was filled in after the signature could not be compared with its value.",
    ),
    "comments_changed": ("签名之后添加、修改或删除了批注。", "Comments were added, changed or removed after the signature."),
    "properties_changed": (
        "签名之后修改了文件属性（如标题、作者）。",
        "The file's properties (such as title and author) were changed after the signature.",
    ),
    "new_field": ("签名之后新增了签名域。", "A signature field was added after the signature."),
    # trust
    "unknown_root": ("签名人证书不是由受信任的机构签发。", "The signer's certificate was not issued by a trusted authority."),
    "expired": ("签名时证书已过期。", "The certificate had expired at the time of signing."),
    "not_yet_valid": ("签名时证书尚未生效。", "The certificate was not yet valid at the time of signing."),
    "invalid": ("签名人证书链不正确。", "The signer's certificate chain is wrong."),
    "revoked": ("签名时证书已被吊销。", "The certificate had been revoked at the time of signing."),
    "revocation_unknown": ("没有可用的吊销信息。", "No revocation information was at hand."),
    # time
    "no_timestamp": ("没有可信时间戳，时间为签名人自报。", "There is no trusted timestamp; the time is the signer's own claim."),
    "timestamp_missing": (
        "本平台签发的文件应有可信时间戳，此文件没有。",
        "Files of this platform carry a trusted timestamp; this one has none.",
    ),
    "timestamp": ("时间戳不正确。", "The timestamp is wrong."),
    "timestamp_untrusted": ("时间戳不是由受信任的机构签发。", "The timestamp was not issued by a trusted authority."),
    "timestamp_aged": (
        "时间戳机构的证书已过期，且没有后续归档时间戳延续其证明力。",
        "The timestamp authority's certificate has expired since, and no archive timestamp carries the proof on.",
    ),
    # what a layer that knows the archive adds
    "not_archived": (
        "印章是本平台的，但档案中没有这份文件；请向保险公司核实。",
        "The seal is this platform's, but its archive has no such file; ask the insurer.",
    ),
    # anything else
    "refused": ("文件无法完整解释，不予认可。", "The file can't be explained completely and is refused."),
}

NOTES = frozenset(
    {
        "appearance_unread",
        "comments_changed",
        "fields_changed",
        "not_archived",
        "padding",
        "properties_changed",
        "no_signing_certificate",
        "no_timestamp",
        "revocation_unknown",
        "timestamp_aged",
        "weak_digest",
    }
)
"""Codes that inform and do not refuse by themselves."""


def sentence(code: str, language: str = "zh") -> str:
    """Return the sentence of ``code`` in Chinese (``zh…``) or English. Raises KeyError for an unknown code."""
    chinese, english = REASONS[code]
    return chinese if language.startswith("zh") else english
