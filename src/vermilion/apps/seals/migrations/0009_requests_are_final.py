"""What was asked and decided about a seal can't be rewritten, and no permission names a request that its rule's people did not approve."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION seals_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wanted integer := jsonb_array_length(NEW.rule -> 'approvers');
    given integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a request for a seal is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.number, NEW.insurer_id, NEW.branch_id, NEW.seal_id, NEW.document_kind, NEW.title, NEW.amount, NEW.cross_page, NEW.rule,
        NEW.reason_digest, NEW.list_digest, NEW.requested_by_id, NEW.requested_at, NEW.decide_until)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.insurer_id, OLD.branch_id, OLD.seal_id, OLD.document_kind, OLD.title, OLD.amount,
        OLD.cross_page, OLD.rule, OLD.reason_digest, OLD.list_digest, OLD.requested_by_id, OLD.requested_at, OLD.decide_until)
        OR (OLD.use_until IS NOT NULL AND NEW.use_until IS DISTINCT FROM OLD.use_until)
        OR (OLD.decided_at IS NOT NULL AND NEW.decided_at IS DISTINCT FROM OLD.decided_at) THEN
        RAISE EXCEPTION 'what was asked of a seal never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> NEW.state AND NOT ((OLD.state, NEW.state) IN (('waiting', 'approved'), ('waiting', 'refused'), ('waiting', 'withdrawn'),
        ('waiting', 'expired'), ('approved', 'done'), ('approved', 'withdrawn'), ('approved', 'expired'), ('done', 'approved'))) THEN
        RAISE EXCEPTION 'a request for a seal does not go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'waiting' AND NEW.state = 'approved' THEN
        SELECT count(*) INTO given FROM seals_sealrequestdecision said WHERE said.request_id = NEW.id AND said.decision = 'approve';
        IF given < (CASE WHEN NEW.rule ->> 'mode' = 'any' THEN 1 ELSE wanted END) THEN
            RAISE EXCEPTION 'a request is approved by the people of its rule' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_request_guard BEFORE UPDATE OR DELETE ON seals_sealrequest FOR EACH ROW EXECUTE FUNCTION seals_request_guard();

CREATE FUNCTION seals_item_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a document of a request is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.request_id, NEW.position, NEW.shown_digest, NEW.shown_key, NEW.size, NEW.pages, NEW.zone)
        IS DISTINCT FROM (OLD.id, OLD.request_id, OLD.position, OLD.shown_digest, OLD.shown_key, OLD.size, OLD.pages, OLD.zone)
        OR OLD.state = 'sealed' THEN
        RAISE EXCEPTION 'a document that was sent in or sealed never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'sealed' AND NOT EXISTS (
        SELECT 1 FROM seals_sealuse used JOIN seals_sealpermission permit ON permit.id = used.permission_id
        WHERE permit.document = NEW.id AND used.state = 'stored' AND used.revision_digest = NEW.sealed_digest) THEN
        RAISE EXCEPTION 'only what the register holds is sealed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_item_guard BEFORE UPDATE OR DELETE ON seals_sealrequestitem FOR EACH ROW EXECUTE FUNCTION seals_item_guard();

CREATE FUNCTION seals_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked seals_sealrequest%ROWTYPE;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a decision about a seal is never changed or deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision <> 'comment' THEN
        SELECT * INTO asked FROM seals_sealrequest WHERE id = NEW.request_id;
        IF asked.state <> 'waiting' OR asked.list_digest <> NEW.list_digest OR asked.requested_by_id IN (NEW.by_id, NEW.seat)
            OR NOT asked.rule -> 'approvers' ? NEW.seat::text THEN
            RAISE EXCEPTION 'this decision is not hers, or not of this list' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_decision_guard BEFORE INSERT OR UPDATE OR DELETE ON seals_sealrequestdecision
    FOR EACH ROW EXECUTE FUNCTION seals_decision_guard();

CREATE FUNCTION seals_rule_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.state = 'ended'
        OR (NEW.id, NEW.insurer_id, NEW.branch_id, NEW.seal_id, NEW.min_amount, NEW.mode, NEW.approvers, NEW.proposed_by_id)
        IS DISTINCT FROM (OLD.id, OLD.insurer_id, OLD.branch_id, OLD.seal_id, OLD.min_amount, OLD.mode, OLD.approvers, OLD.proposed_by_id)
        OR (OLD.state = 'active' AND NEW.state = 'proposed') THEN
        RAISE EXCEPTION 'a rule is put in force and ended, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_rule_guard BEFORE UPDATE OR DELETE ON seals_sealrule FOR EACH ROW EXECUTE FUNCTION seals_rule_guard();

CREATE FUNCTION seals_permission_of_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'request' AND NOT EXISTS (
        SELECT 1 FROM seals_sealrequest asked JOIN seals_sealrequestitem item ON item.request_id = asked.id
        WHERE asked.id = NEW.request_id AND asked.state = 'approved' AND asked.seal_id = NEW.seal_id
        AND item.id = NEW.document AND item.shown_digest = NEW.shown_digest AND NEW.expires_at <= asked.use_until) THEN
        RAISE EXCEPTION 'a permission of a request needs its approval' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER seals_permission_of_request BEFORE INSERT ON seals_sealpermission
    FOR EACH ROW EXECUTE FUNCTION seals_permission_of_request();
"""

BACKWARD = "".join(
    f"DROP TRIGGER {name} ON {table};\nDROP FUNCTION {name}();\n"
    for name, table in (
        ("seals_request_guard", "seals_sealrequest"),
        ("seals_item_guard", "seals_sealrequestitem"),
        ("seals_decision_guard", "seals_sealrequestdecision"),
        ("seals_rule_guard", "seals_sealrule"),
        ("seals_permission_of_request", "seals_sealpermission"),
    )
)


class Migration(migrations.Migration):
    dependencies = [("seals", "0008_seal_requests")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
