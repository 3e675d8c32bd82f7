//! The tables, the same in both databases. Kept in step with `migrations/` by `tests/schema.rs`.

diesel::table! {
    site_settings (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    site_setting_changes (id) {
        id -> BigInt,
        name -> Text,
        value -> Text,
        changed_by -> BigInt,
        changed_at -> BigInt,
    }
}

diesel::table! {
    throttles (bucket) {
        bucket -> Text,
        window_started_at -> BigInt,
        used -> Integer,
    }
}

diesel::table! {
    letters (id) {
        id -> BigInt,
        member_id -> Nullable<BigInt>,
        to_address -> Text,
        template -> Text,
        parameters -> Text,
        is_service -> Bool,
        created_at -> BigInt,
        due_at -> BigInt,
        attempts -> Integer,
        claimed_until -> Nullable<BigInt>,
        sent_at -> Nullable<BigInt>,
        given_up_at -> Nullable<BigInt>,
        last_error -> Nullable<Text>,
        cause -> Nullable<Text>,
    }
}

diesel::table! {
    members (id) {
        id -> BigInt,
        handle -> Text,
        handle_key -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        is_mentor -> Bool,
        is_moderator -> Bool,
        is_clinician -> Bool,
        is_representative -> Bool,
        is_administrator -> Bool,
        works_for_organisation -> Bool,
        country -> Text,
        time_zone -> Text,
        colours -> Text,
        text_size -> Text,
        plain_titles -> Bool,
        here_as -> Text,
        about -> Text,
        mark -> Text,
        mark_colour -> Text,
        shows_here_as -> Bool,
        shows_about -> Bool,
        shows_since -> Bool,
        community_letters -> Bool,
        unread_notices -> Integer,
        post_count -> Integer,
        threads_opened -> Integer,
        joined_at -> BigInt,
        last_seen_at -> Nullable<BigInt>,
        second_step_due_at -> Nullable<BigInt>,
        must_agree -> Bool,
    }
}

diesel::table! {
    totp_secrets (member_id) {
        member_id -> BigInt,
        hidden_secret -> Binary,
        last_step -> BigInt,
        added_at -> BigInt,
    }
}

diesel::table! {
    recovery_codes (id) {
        id -> BigInt,
        member_id -> BigInt,
        salt -> Binary,
        code_hash -> Binary,
        made_at -> BigInt,
    }
}

diesel::table! {
    old_handles (id) {
        id -> BigInt,
        member_id -> Nullable<BigInt>,
        handle -> Text,
        handle_key -> Nullable<Text>,
        handle_hash -> Text,
        changed_by -> Nullable<BigInt>,
        changed_at -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    mailbox_requests (id) {
        id -> BigInt,
        member_id -> Nullable<BigInt>,
        email -> Text,
        email_key -> Text,
        new_email -> Text,
        words -> Text,
        state -> Text,
        confirm_hash -> Nullable<Binary>,
        asked_at -> BigInt,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        contested_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    passkeys (id) {
        id -> BigInt,
        member_id -> BigInt,
        name -> Text,
        credential_id -> Binary,
        credential -> Text,
        added_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    passkey_challenges (token_hash) {
        token_hash -> Binary,
        member_id -> Nullable<BigInt>,
        question -> Text,
        asked_at -> BigInt,
    }
}

diesel::table! {
    documents (id) {
        id -> BigInt,
        kind -> Text,
        version -> Integer,
        source -> Text,
        html -> Text,
        changed -> Text,
        published_by -> BigInt,
        published_at -> BigInt,
    }
}

diesel::table! {
    email_changes (id) {
        id -> BigInt,
        member_id -> BigInt,
        old_email -> Text,
        old_email_key -> Text,
        new_email -> Text,
        confirm_hash -> Nullable<Binary>,
        undo_hash -> Nullable<Binary>,
        asked_at -> BigInt,
        confirmed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    known_browsers (id) {
        id -> BigInt,
        member_id -> BigInt,
        token_hash -> Binary,
        seen_at -> BigInt,
        trusted_until -> Nullable<BigInt>,
        previous_hash -> Nullable<Binary>,
        renewed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    identities (id) {
        id -> BigInt,
        member_id -> BigInt,
        issuer -> Text,
        subject -> Text,
        linked_at -> BigInt,
    }
}

diesel::table! {
    pending_identities (pending_id) {
        pending_id -> BigInt,
        issuer -> Text,
        subject -> Text,
        always_joins -> Bool,
    }
}

diesel::table! {
    sign_on_sessions (session_id) {
        session_id -> BigInt,
        identity_id -> BigInt,
        sid -> Text,
    }
}

diesel::table! {
    sign_on_attempts (id) {
        id -> BigInt,
        state_hash -> Binary,
        browser_hash -> Binary,
        hidden -> Binary,
        started_at -> BigInt,
    }
}

diesel::table! {
    sign_on_newcomers (id) {
        id -> BigInt,
        browser_hash -> Binary,
        hidden -> Binary,
        came_at -> BigInt,
    }
}

diesel::table! {
    sign_on_logouts (id) {
        id -> BigInt,
        token_hash -> Binary,
        taken_at -> BigInt,
    }
}

diesel::table! {
    present_documents (kind) {
        kind -> Text,
        version -> Integer,
        asked_version -> Integer,
    }
}

diesel::table! {
    password_resets (id) {
        id -> BigInt,
        member_id -> Nullable<BigInt>,
        email_key -> Text,
        token_hash -> Binary,
        asked_at -> BigInt,
    }
}

diesel::table! {
    pending_joins (id) {
        id -> BigInt,
        handle -> Text,
        handle_key -> Text,
        email -> Text,
        email_key -> Text,
        password_hash -> Text,
        country -> Text,
        rules_version -> Text,
        token_hash -> Nullable<Binary>,
        asked_at -> BigInt,
        answer -> Text,
        community_letters -> Bool,
        invitation_id -> Nullable<BigInt>,
        confirmed_at -> Nullable<BigInt>,
        denied_at -> Nullable<BigInt>,
        denied_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    invitations (id) {
        id -> BigInt,
        token_hash -> Binary,
        member_id -> BigInt,
        uses_allowed -> Integer,
        uses_taken -> Integer,
        created_at -> BigInt,
        ends_at -> BigInt,
        taken_back_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    arrivals (member_id) {
        member_id -> BigInt,
        invited_by -> Nullable<BigInt>,
        approved_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        member_id -> BigInt,
        kind -> Text,
        version -> Text,
        given_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        token_hash -> Binary,
        member_id -> BigInt,
        is_shared_device -> Bool,
        created_at -> BigInt,
        last_used_at -> BigInt,
        expires_at -> BigInt,
        device -> Text,
        proved_at -> BigInt,
        previous_hash -> Nullable<Binary>,
        renewed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    setup_links (id) {
        id -> BigInt,
        token_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    account_log (id) {
        id -> BigInt,
        member_id -> Nullable<BigInt>,
        deed -> Text,
        role -> Text,
        done_by -> Nullable<BigInt>,
        command_line_user -> Nullable<Text>,
        done_at -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    applications_told (id) {
        id -> BigInt,
        told_at -> BigInt,
    }
}

diesel::table! {
    bylines_version (id) {
        id -> BigInt,
        version -> BigInt,
    }
}

diesel::table! {
    helplines (id) {
        id -> BigInt,
        name -> Text,
        about -> Text,
        countries -> Text,
        language -> Text,
        need -> Text,
        voice_number -> Text,
        text_number -> Text,
        text_words -> Text,
        hours -> Text,
        cost -> Text,
        is_sample -> Bool,
        place_in_order -> Integer,
        owner_id -> Nullable<BigInt>,
        checked_on -> Nullable<BigInt>,
        checked_by -> Nullable<BigInt>,
        reminded_at -> Nullable<BigInt>,
        version -> Integer,
    }
}

diesel::table! {
    boards (id) {
        id -> BigInt,
        name -> Text,
        purpose -> Text,
        kind -> Text,
        audience -> Text,
        organisation_reads -> Bool,
        language -> Text,
        rules -> Text,
        place_in_order -> Integer,
        thread_count -> Integer,
        post_count -> Integer,
        member_count -> Integer,
        last_post_at -> Nullable<BigInt>,
        version -> BigInt,
        created_at -> BigInt,
        archived_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    board_list_version (id) {
        id -> Integer,
        version -> BigInt,
    }
}

diesel::table! {
    content_notes (id) {
        id -> BigInt,
        board_id -> BigInt,
        label -> Text,
        place_in_order -> Integer,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    board_moderators (board_id, member_id) {
        board_id -> BigInt,
        member_id -> BigInt,
        since -> BigInt,
    }
}

diesel::table! {
    board_members (board_id, member_id) {
        board_id -> BigInt,
        member_id -> BigInt,
        since -> BigInt,
        let_in_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    board_requests (id) {
        id -> BigInt,
        board_id -> BigInt,
        member_id -> BigInt,
        words -> Text,
        asked_at -> BigInt,
        decided_at -> Nullable<BigInt>,
        decided_by -> Nullable<BigInt>,
        outcome -> Nullable<Text>,
        reason -> Text,
    }
}

diesel::table! {
    board_changes (id) {
        id -> BigInt,
        board_id -> BigInt,
        changed_by -> Nullable<BigInt>,
        changed_at -> BigInt,
        what -> Text,
    }
}

diesel::table! {
    threads (id) {
        id -> BigInt,
        board_id -> BigInt,
        author_id -> BigInt,
        title -> Text,
        audience -> Text,
        organisation_reads -> Bool,
        language -> Text,
        stance -> Text,
        opened_at -> BigInt,
        post_count -> Integer,
        reply_count -> Integer,
        last_post_at -> BigInt,
        last_author_id -> BigInt,
        first_reply_at -> Nullable<BigInt>,
        note_count -> Integer,
        locked_at -> Nullable<BigInt>,
        pinned_at -> Nullable<BigInt>,
        withdrawn_at -> Nullable<BigInt>,
        version -> BigInt,
    }
}

diesel::table! {
    thread_notes (thread_id, note_id) {
        thread_id -> BigInt,
        note_id -> BigInt,
    }
}

diesel::table! {
    thread_changes (id) {
        id -> BigInt,
        thread_id -> BigInt,
        change -> Text,
        changed_by -> BigInt,
        changed_at -> BigInt,
        reason -> Text,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        thread_id -> BigInt,
        position -> Integer,
        author_id -> BigInt,
        stance -> Text,
        source -> Text,
        in_reply_to -> Nullable<BigInt>,
        body_source -> Text,
        body_html -> Text,
        render_version -> Integer,
        posted_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        revision -> Integer,
        withdrawn_at -> Nullable<BigInt>,
        erased_at -> Nullable<BigInt>,
        submission_id -> Text,
        submission_hash -> Binary,
    }
}

diesel::table! {
    post_revisions (id) {
        id -> BigInt,
        post_id -> BigInt,
        number -> Integer,
        title -> Nullable<Text>,
        stance -> Text,
        source -> Text,
        body_source -> Text,
        body_html -> Text,
        written_at -> BigInt,
        taken_away_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    drafts (id) {
        id -> BigInt,
        member_id -> BigInt,
        place -> Text,
        submission_id -> Text,
        fields -> Text,
        saved_at -> BigInt,
        expires_at -> BigInt,
    }
}

diesel::table! {
    reading_positions (member_id, thread_id) {
        member_id -> BigInt,
        thread_id -> BigInt,
        position -> Integer,
        read_at -> BigInt,
    }
}

diesel::table! {
    happenings (id) {
        id -> BigInt,
        kind -> Text,
        actor_id -> BigInt,
        board_id -> Nullable<BigInt>,
        thread_id -> Nullable<BigInt>,
        post_id -> Nullable<BigInt>,
        member_id -> Nullable<BigInt>,
        happened_at -> BigInt,
        done_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    notices (id) {
        id -> BigInt,
        member_id -> BigInt,
        happening_id -> BigInt,
        kind -> Text,
        actor_id -> BigInt,
        board_id -> Nullable<BigInt>,
        thread_id -> Nullable<BigInt>,
        post_id -> Nullable<BigInt>,
        noticed_at -> BigInt,
        read_at -> Nullable<BigInt>,
        letter_due_at -> Nullable<BigInt>,
        letter_made_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    departures (id) {
        id -> BigInt,
        member_id -> BigInt,
        words -> Text,
        byline -> Text,
        asked_at -> BigInt,
        returned_at -> Nullable<BigInt>,
        erased_at -> Nullable<BigInt>,
        receipt -> Text,
        finished_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    health_withdrawals (member_id) {
        member_id -> BigInt,
        asked_at -> BigInt,
        reminded_at -> Nullable<BigInt>,
        given_again_at -> Nullable<BigInt>,
        over_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    exports (id) {
        id -> BigInt,
        member_id -> BigInt,
        asked_at -> BigInt,
        claimed_until -> Nullable<BigInt>,
        made_at -> Nullable<BigInt>,
        file -> Nullable<Binary>,
    }
}

diesel::table! {
    cases (id) {
        id -> BigInt,
        kind -> Text,
        target_kind -> Text,
        target_id -> BigInt,
        board_id -> Nullable<BigInt>,
        thread_id -> Nullable<BigInt>,
        subject_id -> BigInt,
        state -> Text,
        level -> Integer,
        graded_at -> Nullable<BigInt>,
        report_count -> Integer,
        opened_at -> BigInt,
        due_at -> BigInt,
        version -> BigInt,
        claimed_by -> Nullable<BigInt>,
        claimed_until -> Nullable<BigInt>,
    }
}

diesel::table! {
    case_texts (case_id, post_id, revision) {
        case_id -> BigInt,
        post_id -> BigInt,
        revision -> Integer,
        stance -> Text,
        title -> Nullable<Text>,
        source -> Text,
        body_html -> Text,
        kept_at -> BigInt,
    }
}

diesel::table! {
    reports (id) {
        id -> BigInt,
        case_id -> BigInt,
        reporter_id -> BigInt,
        reason -> Text,
        words -> Text,
        revision -> Nullable<Integer>,
        is_one_of_many -> Bool,
        reported_at -> BigInt,
        withdrawn_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    case_notes (id) {
        id -> BigInt,
        case_id -> BigInt,
        written_by -> BigInt,
        words -> Text,
        written_at -> BigInt,
    }
}

diesel::table! {
    moderation_log (id) {
        id -> BigInt,
        act -> Text,
        case_id -> Nullable<BigInt>,
        done_by -> Nullable<BigInt>,
        done_at -> BigInt,
        revision -> Nullable<Integer>,
        detail -> Text,
    }
}

diesel::joinable!(consents -> members (member_id));
diesel::joinable!(invitations -> members (member_id));
diesel::joinable!(account_log -> members (member_id));
diesel::joinable!(site_setting_changes -> members (changed_by));
diesel::joinable!(documents -> members (published_by));
diesel::joinable!(mailbox_requests -> members (member_id));
diesel::joinable!(old_handles -> members (changed_by));
diesel::joinable!(password_resets -> members (member_id));
diesel::joinable!(sessions -> members (member_id));
diesel::joinable!(sign_on_sessions -> identities (identity_id));
diesel::joinable!(email_changes -> members (member_id));
diesel::joinable!(known_browsers -> members (member_id));
diesel::joinable!(passkeys -> members (member_id));
diesel::joinable!(content_notes -> boards (board_id));
diesel::joinable!(board_moderators -> boards (board_id));
diesel::joinable!(board_moderators -> members (member_id));
diesel::joinable!(board_members -> boards (board_id));
diesel::joinable!(board_requests -> boards (board_id));
diesel::joinable!(board_changes -> boards (board_id));
diesel::joinable!(board_changes -> members (changed_by));
diesel::joinable!(threads -> boards (board_id));
diesel::joinable!(thread_notes -> threads (thread_id));
diesel::joinable!(thread_notes -> content_notes (note_id));
diesel::joinable!(thread_changes -> threads (thread_id));
diesel::joinable!(thread_changes -> members (changed_by));
diesel::joinable!(posts -> threads (thread_id));
diesel::joinable!(posts -> members (author_id));
diesel::joinable!(post_revisions -> posts (post_id));
diesel::joinable!(drafts -> members (member_id));
diesel::joinable!(reading_positions -> members (member_id));
diesel::joinable!(reading_positions -> threads (thread_id));
diesel::joinable!(happenings -> boards (board_id));
diesel::joinable!(happenings -> threads (thread_id));
diesel::joinable!(happenings -> posts (post_id));
diesel::joinable!(notices -> happenings (happening_id));
diesel::joinable!(notices -> boards (board_id));
diesel::joinable!(notices -> threads (thread_id));
diesel::joinable!(notices -> posts (post_id));
diesel::joinable!(reports -> cases (case_id));
diesel::joinable!(reports -> members (reporter_id));
diesel::joinable!(case_notes -> members (written_by));
diesel::joinable!(moderation_log -> members (done_by));

diesel::allow_tables_to_appear_in_same_query!(
    site_settings,
    site_setting_changes,
    throttles,
    letters,
    members,
    pending_joins,
    invitations,
    arrivals,
    password_resets,
    consents,
    documents,
    present_documents,
    sessions,
    totp_secrets,
    recovery_codes,
    passkeys,
    passkey_challenges,
    old_handles,
    mailbox_requests,
    known_browsers,
    identities,
    pending_identities,
    sign_on_sessions,
    sign_on_attempts,
    sign_on_newcomers,
    sign_on_logouts,
    email_changes,
    setup_links,
    account_log,
    applications_told,
    bylines_version,
    helplines,
    boards,
    board_list_version,
    content_notes,
    board_moderators,
    board_members,
    board_requests,
    board_changes,
    threads,
    thread_notes,
    thread_changes,
    posts,
    post_revisions,
    drafts,
    reading_positions,
    happenings,
    notices,
    departures,
    health_withdrawals,
    exports,
    cases,
    case_texts,
    reports,
    case_notes,
    moderation_log,
);
