"""用印申请: documents are sent in (:mod:`.making`), people approve the list by passkey (:mod:`.approving`), a job seals it
(:mod:`.sealing`). Who must approve say the rules (:mod:`.rules`); the keeper judges all of it again (:mod:`.judging`)."""
