// Generated from api/user.json by "npm run types".
export interface paths {
    "/announcements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List announcements by start. */
        get: operations["announcements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/announcements/{announcement_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an announcement. */
        get: operations["announcement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the API token made here, if there is one; its secret cannot be read again. */
        get: operations["own_token"];
        put?: never;
        /** Make an API token; it replaces the one made here before, at once. */
        post: operations["renew_token"];
        /** Revoke the API token made here. */
        delete: operations["drop_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api-token/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell when the token used for this call ends. */
        get: operations["token_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/device_histories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the calibrations of one device or of all, newest first, as OQTOPUS does. */
        get: operations["device_histories"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/device_histories/{history_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read an entry of a history with its document. */
        get: operations["device_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the devices you may use, with the wait to be expected. */
        get: operations["devices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a device with its calibration. */
        get: operations["device"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/calibrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the calibrations of a device, newest first. */
        get: operations["calibrations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/devices/{device_id}/calibrations/{calibration_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a calibration of a device with its document. */
        get: operations["calibration"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the events of all your jobs after a cursor; as a stream without one, from now on.
         * @description `Link: rel="next"` holds the cursor to go on from.
         */
        get: operations["own_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your jobs by creation; `Link: rel="next"` leads to the next page. */
        get: operations["list_jobs"];
        put?: never;
        /**
         * Submit a job; it is stored durably before the answer.
         * @description Without a job in the body one is registered: send its program by the form in `presigned_url`, then
         *     submit it.
         */
        post: operations["submit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a job; with `wait` as soon as it has ended. A registered one has `job_id` and `status` only.
         * @description `job_info_form` gives the contents of a job whose own `job_info` would be links, or changes the form.
         */
        get: operations["read"];
        put?: never;
        post?: never;
        /** Delete an ended job of yours with its events. */
        delete: operations["remove"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel one of your jobs, at once; a cancelled one stays cancelled. */
        post: operations["cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a job's timeline; as `text/event-stream` it goes on until the last event. */
        get: operations["job_events"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/sselog": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the log of an `sse` job; a job of another type is 400. */
        get: operations["sse_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a job's status; with `wait` as soon as it has ended. */
        get: operations["read_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{job_id}/submit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit a registered job whose program was uploaded. */
        post: operations["submit_uploaded"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Submit up to 1000 jobs, all or none; an error names the index of its job. */
        post: operations["batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel up to 1000 jobs at once, each with its own outcome. */
        post: operations["cancel_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/counts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count your jobs by status; the parameters narrow as those of the list do. */
        get: operations["counts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete up to 1000 ended jobs with their events, each with its own outcome. */
        post: operations["delete_many"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/qasm/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check a program: what is wrong, where, and what a device cannot do of it. */
        post: operations["check"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/qasm/layout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lay a program out for drawing; one that cannot be read is 400 `invalid_program`. */
        post: operations["lay_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the session that makes this call. */
        get: operations["this_session"];
        put?: never;
        /** Sign a browser in with a token, or with the code of a link that works once; sets a cookie. */
        post: operations["open_session"];
        /** End the session that makes this call, and forget the cookie. */
        delete: operations["sign_out"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/code": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a link that signs a browser in as you, once, within minutes. */
        post: operations["session_code"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the browsers you are signed in with, the newest first. */
        get: operations["sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign one of your browsers out. */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/system/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tell what users may change, delete and see of their accounts, and how often they may call. */
        get: operations["system_settings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List your tokens, the oldest first; secrets are never shown again. */
        get: operations["own_tokens"];
        put?: never;
        /** Make a token of your own; its secret is shown this once. */
        post: operations["make_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{token_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke one of your tokens, with the sessions it opened, at once. */
        delete: operations["revoke_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read your account. */
        get: operations["me"];
        put?: never;
        post?: never;
        /** Delete your account with its tokens and jobs; 409 while jobs are unfinished. */
        delete: operations["remove_me"];
        options?: never;
        head?: never;
        /** Change your account; what is absent stays. */
        patch: operations["edit_me"];
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AnnouncementBody
         * @description What operators tell; `content` is Markdown.
         */
        AnnouncementBody: {
            content: string;
            /** Format: date-time */
            end_time: string;
            id: number;
            publishable: boolean;
            /** Format: date-time */
            start_time: string;
            title: string;
        };
        /**
         * AnnouncementsPage
         * @description A page of announcements by start.
         */
        AnnouncementsPage: {
            announcements: components["schemas"]["AnnouncementBody"][];
        };
        /**
         * ApiToken
         * @description A new token, used as `<api_token_id>.<api_token_secret>`; the secret is shown once.
         */
        ApiToken: {
            api_token_expiration: string | null;
            api_token_id: string;
            api_token_secret: string;
        };
        /**
         * ApiTokenLine
         * @description A token without its secret.
         */
        ApiTokenLine: {
            api_token_expiration: string | null;
            api_token_id: string;
        };
        /**
         * ApiTokenStatus
         * @description When the token used for this call ends; null: never.
         */
        ApiTokenStatus: {
            api_token_expiration: string | null;
        };
        /**
         * CalibrationBody
         * @description A calibration; `calibration_id` is that of the results that were made with it.
         */
        CalibrationBody: {
            /** Format: date-time */
            calibrated_at: string;
            calibration_id: string;
            device_id: string;
            medians: components["schemas"]["MediansBody"];
            n_couplings: number | null;
            n_qubits: number | null;
            /** Format: date-time */
            received_at: string;
        };
        /**
         * CalibrationDocument
         * @description The same with the document as JSON text.
         */
        CalibrationDocument: {
            /** Format: date-time */
            calibrated_at: string;
            calibration_id: string;
            device_id: string;
            device_info: string;
            medians: components["schemas"]["MediansBody"];
            n_couplings: number | null;
            n_qubits: number | null;
            /** Format: date-time */
            received_at: string;
        };
        /**
         * CheckBody
         * @description `ok`: there is no error. `statistics` null: it cannot be read, or is no circuit.
         */
        CheckBody: {
            diagnostics: components["schemas"]["DiagnosticBody"][];
            ok: boolean;
            parameters: string[];
            statistics: components["schemas"]["StatisticsBody"] | null;
        };
        /**
         * CheckProgram
         * @description An OpenQASM text; with `device_id` also what that device cannot do.
         */
        CheckProgram: {
            code: string;
            /** @default null */
            device_id?: string | null;
        };
        /**
         * ControlBody
         * @description A control; `state` 0 or 1 lets the gate act.
         */
        ControlBody: {
            qubit: number;
            state: number;
        };
        /**
         * DeviceBody
         * @description A device; `device_info` is a JSON text, `expected_wait` in seconds for a job submitted now.
         *
         *     `seen_at`: when a Provider of the device last called. `max_shots`: of one job, null if nobody said.
         */
        DeviceBody: {
            available_at: string | null;
            basis_gates: string[];
            calibrated_at: string | null;
            description: string;
            device_id: string;
            device_info: string | null;
            device_type: string;
            expected_wait: number | null;
            /** @default null */
            max_shots?: number | null;
            n_pending_jobs: number;
            n_qubits: number | null;
            seen_at: string | null;
            status: string;
            supported_instructions: string[];
        };
        /**
         * DiagnosticBody
         * @description `severity` "error", "warning" or "note"; `line` and `column` from 1, null: no place.
         */
        DiagnosticBody: {
            code: string;
            column: number | null;
            hint: string | null;
            line: number | null;
            message: string;
            severity: string;
        };
        /**
         * EditAccount
         * @description `PATCH /users/me`: what is absent or null stays.
         */
        EditAccount: {
            /** @default null */
            name?: string | null;
            /** @default null */
            organization?: string | null;
        };
        /**
         * ErrorBody
         * @description `code` is for machines and fixed, `message` one sentence for people.
         */
        ErrorBody: {
            code: string;
            /** @default null */
            details?: Record<string, unknown>[] | null;
            message: string;
        };
        /**
         * HistoriesPage
         * @description A page of histories; `total` counts what all pages hold.
         */
        HistoriesPage: {
            items: components["schemas"]["HistoryBody"][];
            limit: number;
            offset: number;
            total: number;
        };
        /**
         * HistoryBody
         * @description A calibration as OQTOPUS lists it.
         */
        HistoryBody: {
            /** Format: date-time */
            calibrated_at: string;
            device_id: string;
            history_id: string;
            n_couplings: number | null;
            n_qubits: number | null;
        };
        /**
         * HistoryDocument
         * @description The same with the document as JSON text.
         */
        HistoryDocument: {
            /** Format: date-time */
            calibrated_at: string;
            device_id: string;
            device_info: string;
            history_id: string;
            n_couplings: number | null;
            n_qubits: number | null;
        };
        /**
         * JobBody
         * @description A job as its owner sees it.
         *
         *     `job_info` is a JSON text for jobs submitted so, else an object. `execution_time` in seconds.
         *     `queue_position` counts the jobs that go first, only while the job waits; "1000+" above 1000.
         *     `expected_wait` is in seconds, only while it waits and something is known of the device's pace.
         */
        JobBody: {
            attempt: number;
            /** Format: date-time */
            created_at: string;
            description: string;
            device_id: string;
            ended_at: string | null;
            execution_time: number | null;
            expected_wait?: number;
            job_id: string;
            /** @description What was submitted, with `result`, `transpile_result`, `combined_program` for several programs, or `reason` (also as `message`) and `reason_code`; a JSON text or an object, as submitted. */
            job_info: string | Record<string, unknown> | null;
            job_type: string;
            mitigation_info: Record<string, unknown>;
            name: string;
            priority: number;
            queue_position?: number | string;
            ready_at: string | null;
            running_at: string | null;
            shots: number;
            simulator_info: Record<string, unknown>;
            status: string;
            submitted_at: string | null;
            transpiler_info: Record<string, unknown> | null;
        };
        /**
         * JobCounts
         * @description How many jobs stand in each status.
         */
        JobCounts: {
            /** @default 0 */
            cancelled?: number;
            /** @default 0 */
            failed?: number;
            /** @default 0 */
            ready?: number;
            /** @default 0 */
            registered?: number;
            /** @default 0 */
            running?: number;
            /** @default 0 */
            submitted?: number;
            /** @default 0 */
            succeeded?: number;
        };
        /**
         * JobCreated
         * @description The job is stored and waits; one registered without contents waits for its `presigned_url`.
         */
        JobCreated: {
            job_id: string;
            presigned_url?: components["schemas"]["UploadForm"];
        };
        /**
         * JobEventBody
         * @description One line of a timeline; `from` null: the job was new; `to` null: it was deleted.
         */
        JobEventBody: {
            actor: string;
            /** Format: date-time */
            at: string;
            detail: Record<string, unknown>;
            from: string | null;
            job_id: string;
            seq: number;
            to: string | null;
        };
        /**
         * JobOutcome
         * @description What became of one job; `outcome` "done", or the code of an error with its `message`.
         */
        JobOutcome: {
            job_id: string;
            /** @default null */
            message?: string | null;
            outcome: string;
        };
        /**
         * JobStatusBody
         * @description Where a job stands; `job_info` only on a cancelled job whose Provider wrote something since.
         */
        JobStatusBody: {
            job_id: string;
            /** @description What was submitted, with `result`, `transpile_result`, `combined_program` for several programs, or `reason` (also as `message`) and `reason_code`; a JSON text or an object, as submitted. */
            job_info?: string | Record<string, unknown> | null;
            status: string;
        };
        /**
         * LayoutBody
         * @description A drawing: names of the wires, and `columns` from left to right.
         *
         *     `is_complete` false: operations after the first 10,000 are left out.
         */
        LayoutBody: {
            clbits: string[];
            columns: components["schemas"]["LayoutItem"][][];
            is_complete: boolean;
            qubits: string[];
        };
        /**
         * LayoutItem
         * @description One operation; no other stands between its first and last wire in its column.
         *
         *     `kind` "gate", "measure", "reset", "barrier" or "delay"; `qubits` without the `controls`;
         *     `clbit` is the bit that a measurement writes.
         */
        LayoutItem: {
            clbit: number | null;
            column: number | null;
            controls: components["schemas"]["ControlBody"][];
            kind: string;
            label: string;
            line: number | null;
            name: string;
            qubits: number[];
        };
        /**
         * LayOutProgram
         * @description An OpenQASM text.
         */
        LayOutProgram: {
            code: string;
        };
        /**
         * MakeToken
         * @description A token to make; `scope` "read": it can change nothing. Without `expires_at` it has no end.
         */
        MakeToken: {
            /** @default null */
            expires_at?: string | null;
            name: string;
            /**
             * @default full
             * @enum {unknown}
             */
            scope?: "full" | "read";
        };
        /**
         * ManyJobs
         * @description Which jobs.
         */
        ManyJobs: {
            job_ids: string[];
        };
        /**
         * MediansBody
         * @description Over qubits and couplings; null where the document says nothing of it.
         */
        MediansBody: {
            coupling_error: number | null;
            gate_error: number | null;
            readout_error: number | null;
            t1_us: number | null;
            t2_us: number | null;
        };
        /**
         * Message
         * @description Done; the text is for people.
         */
        Message: {
            message: string;
        };
        /**
         * MintedToken
         * @description A new token; nobody can read it again.
         */
        MintedToken: {
            token: string;
            token_id: string;
        };
        /**
         * OpenSession
         * @description Who signs in: by a user's `token`, or by the `code` of a link.
         */
        OpenSession: {
            /** @default null */
            code?: string | null;
            /** @default null */
            token?: string | null;
        };
        /**
         * OwnToken
         * @description One of your tokens; `last_used_at` is at most a minute old.
         */
        OwnToken: {
            created_at: string;
            expires_at: string | null;
            is_current: boolean;
            last_used_at: string | null;
            name: string;
            scope: string;
            token_id: string;
        };
        /**
         * SessionBody
         * @description A signed-in browser. It ends at `expires_at` unless used before that.
         */
        SessionBody: {
            created_at: string;
            expires_at: string;
            is_current: boolean;
            last_used_at: string | null;
            scope: string;
            session_id: string;
            user_agent: string;
            user_id: string;
        };
        /**
         * SessionCode
         * @description A link for one's own browser; it works once.
         */
        SessionCode: {
            code: string;
            expires_at: string;
            url: string;
        };
        /**
         * SseLog
         * @description The log of a job of type `sse`: a zip in base64.
         */
        SseLog: {
            file: string;
            file_name: string;
        };
        /**
         * StatisticsBody
         * @description What a program consists of; `operations` by name.
         */
        StatisticsBody: {
            depth: number;
            is_clifford: boolean;
            n_clbits: number;
            n_gates: number;
            n_gates_1q: number;
            n_gates_2q: number;
            n_gates_multi: number;
            n_measurements: number;
            n_qubits: number;
            operations: {
                [key: string]: number;
            };
        };
        /**
         * SubmitJob
         * @description A job to run. Build `job_info` with `wire.job_info.text_form` or `object_form`.
         */
        SubmitJob: {
            /** @default null */
            description?: string | null;
            device_id: string;
            /** @description A JSON text or an object, with `code` (one OpenQASM text) or `program` (a text or a list of texts), `operator` for estimation, and `parameters` for the bindings of a program's inputs. Jobs are answered in the form they were submitted in. Beside an object, unknown fields of the job are ignored. */
            job_info: string | {
                code?: string;
                operator?: {
                    coeff?: number;
                    pauli: string;
                }[];
                parameters?: {
                    [key: string]: number;
                }[];
                program?: string | string[];
            };
            /** @default sampling */
            job_type?: string;
            /** @default null */
            mitigation_info?: Record<string, unknown> | null;
            /** @default null */
            name?: string | null;
            /** @default 5 */
            priority?: number;
            /** @default 1024 */
            shots?: number;
            /** @default null */
            simulator_info?: Record<string, unknown> | null;
            /** @default null */
            transpiler_info?: Record<string, unknown> | null;
        };
        /**
         * SubmitUploaded
         * @description All of a registered job but its program, which was uploaded.
         */
        SubmitUploaded: {
            /** @default null */
            description?: string | null;
            device_id: string;
            job_type: string;
            /** @default null */
            mitigation_info?: Record<string, unknown> | null;
            /** @default null */
            name?: string | null;
            /** @default 5 */
            priority?: number;
            shots: number;
            /** @default null */
            simulator_info?: Record<string, unknown> | null;
            /** @default null */
            transpiler_info?: Record<string, unknown> | null;
        };
        /**
         * SystemSettings
         * @description What users may do with their accounts, and see of them.
         *
         *     `requests_per_s`: how often each token and each browser may call; null: as often as it likes.
         */
        SystemSettings: {
            allow_deletion: boolean;
            editable_fields: string[];
            /** @default false */
            login_history_enabled?: boolean;
            /** @default null */
            requests_per_s?: number | null;
            /**
             * @default [
             *       "id",
             *       "name",
             *       "email",
             *       "organization",
             *       "created_at"
             *     ]
             */
            visible_fields?: string[];
        };
        /**
         * UploadFields
         * @description Fields to send before the file, as they are.
         */
        UploadFields: {
            AWSAccessKeyId: string;
            key: string;
            policy: string;
            signature: string;
        };
        /**
         * UploadForm
         * @description Send a form (`multipart/form-data`) of the fields and, last, the part `file` to `url`.
         */
        UploadForm: {
            fields: components["schemas"]["UploadFields"];
            url: string;
        };
        /**
         * UserBody
         * @description Who is calling; `login_events` is null: callers bring tokens and do not log in.
         */
        UserBody: {
            /** Format: date-time */
            created_at: string;
            email: string;
            id: string;
            /** @default null */
            login_events?: null;
            name: string;
            organization: string;
        };
    };
    responses: {
        /** @description The request cannot be understood, or the job's status does not allow it */
        400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description No valid token */
        401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The token is not for this */
        403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description There is no such thing, or it is not yours */
        404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The job's status or attempt does not allow it, or it is in use */
        409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Events after this cursor are no longer kept */
        410: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is too large */
        413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The Idempotency-Key was used with another body */
        422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Too many requests */
        429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The store does not answer now; repeating does no harm */
        503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ErrorBody"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    announcements: {
        parameters: {
            query?: {
                /** @description Keep those whose time it is then. */
                current_time?: string;
                limit?: number;
                offset?: number;
                /** @description `ASC` (default) or `DESC`, by start. */
                order?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementsPage"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    announcement: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                announcement_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AnnouncementBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    own_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiTokenLine"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    renew_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiToken"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    drop_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    token_status: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiTokenStatus"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    device_histories: {
        parameters: {
            query?: {
                device_id?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                from?: string;
                limit?: number;
                offset?: number;
                /** @description RFC 3339; without an offset it is UTC. */
                to?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoriesPage"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    device_history: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                history_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HistoryDocument"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    devices: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceBody"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    device: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeviceBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    calibrations: {
        parameters: {
            query?: {
                /** @description The id of the last calibration already seen. */
                cursor?: string;
                limit?: number;
            };
            header?: never;
            path: {
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalibrationBody"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    calibration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                calibration_id: string;
                device_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CalibrationDocument"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    own_events: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                /** @description Go on after this event. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobEventBody"][];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            410: components["responses"]["410"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    list_jobs: {
        parameters: {
            query?: {
                /** @description The id of the last job already seen. */
                cursor?: string;
                device_id?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                end_time?: string;
                /** @description Comma list of the fields wanted. */
                fields?: string;
                job_type?: string;
                /** @description `ASC` (default) or `DESC`, by creation. */
                order?: string;
                page?: number;
                /** @description Looked for in id, name and description. */
                q?: string;
                size?: number;
                /** @description RFC 3339; without an offset it is UTC. */
                start_time?: string;
                /** @description One status, or a comma list. */
                status?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobBody"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    submit: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call with the same key and body stores nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "device_id": "SVSim",
                 *       "job_info": "{\"code\": \"OPENQASM 3; include \\\"stdgates.inc\\\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;\"}",
                 *       "shots": 1000
                 *     }
                 */
                "application/json": components["schemas"]["SubmitJob"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCreated"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    read: {
        parameters: {
            query?: {
                job_info_form?: ("object" | "text") | null;
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                wait?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    remove: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    cancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    job_events: {
        parameters: {
            query?: {
                cursor?: string;
                limit?: number;
            };
            header?: {
                /** @description Go on after this event. */
                "Last-Event-ID"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobEventBody"][];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            410: components["responses"]["410"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    sse_log: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SseLog"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    read_status: {
        parameters: {
            query?: {
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                wait?: number;
            };
            header?: never;
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobStatusBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    submit_uploaded: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call with the same key and body submits nothing again. */
                "Idempotency-Key"?: string;
            };
            path: {
                job_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "device_id": "SVSim",
                 *       "job_type": "sampling",
                 *       "shots": 1000
                 *     }
                 */
                "application/json": components["schemas"]["SubmitUploaded"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Message"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    batch: {
        parameters: {
            query?: never;
            header?: {
                /** @description Repeating the call with the same key and body stores nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example [
                 *       {
                 *         "device_id": "SVSim",
                 *         "job_info": "{\"code\": \"OPENQASM 3; include \\\"stdgates.inc\\\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;\"}",
                 *         "shots": 1000
                 *       }
                 *     ]
                 */
                "application/json": components["schemas"]["SubmitJob"][];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCreated"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    cancel_many: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "job_ids": [
                 *         "0199..."
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ManyJobs"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOutcome"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    counts: {
        parameters: {
            query?: {
                device_id?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                end_time?: string;
                job_type?: string;
                /** @description Looked for in id, name and description. */
                q?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                start_time?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCounts"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    delete_many: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "job_ids": [
                 *         "0199..."
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["ManyJobs"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobOutcome"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    check: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "code": "OPENQASM 3; include \"stdgates.inc\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;",
                 *       "device_id": "SC"
                 *     }
                 */
                "application/json": components["schemas"]["CheckProgram"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    lay_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LayOutProgram"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LayoutBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            413: components["responses"]["413"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    this_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    open_session: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OpenSession"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    session_code: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionCode"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionBody"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    system_settings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SystemSettings"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    own_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OwnToken"][];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    make_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MakeToken"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MintedToken"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            409: components["responses"]["409"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    revoke_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                token_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            404: components["responses"]["404"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    remove_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
    edit_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EditAccount"];
            };
        };
        responses: {
            /** @description Done */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserBody"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
        };
    };
}
