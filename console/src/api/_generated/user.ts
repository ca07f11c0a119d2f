// Generated from api/user.json by "npm run types".
export interface paths {
    readonly "/api-token": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Make an API token; it replaces the one made here before, at once. */
        readonly post: operations["renew_token"];
        /** Revoke the API token made here. */
        readonly delete: operations["drop_token"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/api-token/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Tell when the token used for this call ends. */
        readonly get: operations["token_status"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/devices": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List the devices you may use, with the wait to be expected. */
        readonly get: operations["devices"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/devices/{device_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a device with its calibration. */
        readonly get: operations["device"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Read the events of all your jobs after a cursor; as a stream without one, from now on.
         * @description `Link: rel="next"` holds the cursor to go on from.
         */
        readonly get: operations["own_events"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List your jobs by creation; `Link: rel="next"` leads to the next page. */
        readonly get: operations["list_jobs"];
        readonly put?: never;
        /** Submit a job; it is stored durably before the answer. */
        readonly post: operations["submit"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a job; with `wait` as soon as it has ended. */
        readonly get: operations["read"];
        readonly put?: never;
        readonly post?: never;
        /** Delete an ended job of yours with its events. */
        readonly delete: operations["remove"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/cancel": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Cancel one of your jobs, at once; a cancelled one stays cancelled. */
        readonly post: operations["cancel"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/events": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a job's timeline; as `text/event-stream` it goes on until the last event. */
        readonly get: operations["job_events"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read a job's status; with `wait` as soon as it has ended. */
        readonly get: operations["read_status"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/batch": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Submit up to 1000 jobs, all or none; an error names the index of its job. */
        readonly post: operations["batch"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/qasm/check": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Check a program: what is wrong, where, and what a device cannot do of it. */
        readonly post: operations["check"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/qasm/layout": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Lay a program out for drawing; one that cannot be read is 400 `invalid_program`. */
        readonly post: operations["lay_out"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/me": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read your account. */
        readonly get: operations["me"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * ApiToken
         * @description A new token, used as `<api_token_id>.<api_token_secret>`; the secret is shown once.
         */
        readonly ApiToken: {
            readonly api_token_expiration: string | null;
            readonly api_token_id: string;
            readonly api_token_secret: string;
        };
        /**
         * ApiTokenStatus
         * @description When the token used for this call ends; null: never.
         */
        readonly ApiTokenStatus: {
            readonly api_token_expiration: string | null;
        };
        /**
         * CheckBody
         * @description `ok`: there is no error. `statistics` null: it cannot be read, or is no circuit.
         */
        readonly CheckBody: {
            readonly diagnostics: readonly components["schemas"]["DiagnosticBody"][];
            readonly ok: boolean;
            readonly parameters: readonly string[];
            readonly statistics: components["schemas"]["StatisticsBody"] | null;
        };
        /**
         * CheckProgram
         * @description An OpenQASM text; with `device_id` also what that device cannot do.
         */
        readonly CheckProgram: {
            readonly code: string;
            /** @default null */
            readonly device_id: string | null;
        };
        /**
         * ControlBody
         * @description A control; `state` 0 or 1 lets the gate act.
         */
        readonly ControlBody: {
            readonly qubit: number;
            readonly state: number;
        };
        /**
         * DeviceBody
         * @description A device; `device_info` is a JSON text, `expected_wait` in seconds for a job submitted now.
         *
         *     `seen_at`: when a Provider of the device last called.
         */
        readonly DeviceBody: {
            readonly available_at: string | null;
            readonly basis_gates: readonly string[];
            readonly calibrated_at: string | null;
            readonly description: string;
            readonly device_id: string;
            readonly device_info: string | null;
            readonly device_type: string;
            readonly expected_wait: number | null;
            readonly n_pending_jobs: number;
            readonly n_qubits: number | null;
            readonly seen_at: string | null;
            readonly status: string;
            readonly supported_instructions: readonly string[];
        };
        /**
         * DiagnosticBody
         * @description `severity` "error", "warning" or "note"; `line` and `column` from 1, null: no place.
         */
        readonly DiagnosticBody: {
            readonly code: string;
            readonly column: number | null;
            readonly hint: string | null;
            readonly line: number | null;
            readonly message: string;
            readonly severity: string;
        };
        /**
         * ErrorBody
         * @description `code` is for machines and fixed, `message` one sentence for people.
         */
        readonly ErrorBody: {
            readonly code: string;
            /** @default null */
            readonly details: readonly Record<string, unknown>[] | null;
            readonly message: string;
        };
        /**
         * JobBody
         * @description A job as its owner sees it.
         *
         *     `job_info` is a JSON text for jobs submitted so, else an object. `execution_time` in seconds.
         *     `queue_position` counts the jobs that go first, only while the job waits; "1000+" above 1000.
         */
        readonly JobBody: {
            readonly attempt: number;
            /** Format: date-time */
            readonly created_at: string;
            readonly description: string;
            readonly device_id: string;
            readonly ended_at: string | null;
            readonly execution_time: number | null;
            readonly job_id: string;
            /** @description What was submitted, with `result`, `transpile_result`, `combined_program` for several programs, or `reason` (also as `message`) and `reason_code`; a JSON text or an object, as submitted. */
            readonly job_info: string | Record<string, unknown> | null;
            readonly job_type: string;
            readonly mitigation_info: Record<string, unknown>;
            readonly name: string;
            readonly priority: number;
            readonly queue_position?: number | string;
            readonly ready_at: string | null;
            readonly running_at: string | null;
            readonly shots: number;
            readonly simulator_info: Record<string, unknown>;
            readonly status: string;
            readonly submitted_at: string | null;
            readonly transpiler_info: Record<string, unknown> | null;
        };
        /**
         * JobCreated
         * @description The job is stored and waits.
         */
        readonly JobCreated: {
            readonly job_id: string;
        };
        /**
         * JobEventBody
         * @description One line of a timeline; `from` null: the job was new; `to` null: it was deleted.
         */
        readonly JobEventBody: {
            readonly actor: string;
            /** Format: date-time */
            readonly at: string;
            readonly detail: Record<string, unknown>;
            readonly from: string | null;
            readonly job_id: string;
            readonly seq: number;
            readonly to: string | null;
        };
        /**
         * JobStatusBody
         * @description Where a job stands; `job_info` only on a cancelled job whose Provider wrote something since.
         */
        readonly JobStatusBody: {
            readonly job_id: string;
            /** @description What was submitted, with `result`, `transpile_result`, `combined_program` for several programs, or `reason` (also as `message`) and `reason_code`; a JSON text or an object, as submitted. */
            readonly job_info?: string | Record<string, unknown> | null;
            readonly status: string;
        };
        /**
         * LayoutBody
         * @description A drawing: names of the wires, and `columns` from left to right.
         *
         *     `is_complete` false: operations after the first 10,000 are left out.
         */
        readonly LayoutBody: {
            readonly clbits: readonly string[];
            readonly columns: readonly (readonly components["schemas"]["LayoutItem"][])[];
            readonly is_complete: boolean;
            readonly qubits: readonly string[];
        };
        /**
         * LayoutItem
         * @description One operation; no other stands between its first and last wire in its column.
         *
         *     `kind` "gate", "measure", "reset", "barrier" or "delay"; `qubits` without the `controls`;
         *     `clbit` is the bit that a measurement writes.
         */
        readonly LayoutItem: {
            readonly clbit: number | null;
            readonly column: number | null;
            readonly controls: readonly components["schemas"]["ControlBody"][];
            readonly kind: string;
            readonly label: string;
            readonly line: number | null;
            readonly name: string;
            readonly qubits: readonly number[];
        };
        /**
         * LayOutProgram
         * @description An OpenQASM text.
         */
        readonly LayOutProgram: {
            readonly code: string;
        };
        /**
         * Message
         * @description Done; the text is for people.
         */
        readonly Message: {
            readonly message: string;
        };
        /**
         * StatisticsBody
         * @description What a program consists of; `operations` by name.
         */
        readonly StatisticsBody: {
            readonly depth: number;
            readonly is_clifford: boolean;
            readonly n_clbits: number;
            readonly n_gates: number;
            readonly n_gates_1q: number;
            readonly n_gates_2q: number;
            readonly n_gates_multi: number;
            readonly n_measurements: number;
            readonly n_qubits: number;
            readonly operations: {
                readonly [key: string]: number;
            };
        };
        /**
         * SubmitJob
         * @description A job to run. Build `job_info` with `wire.job_info.text_form` or `object_form`.
         */
        readonly SubmitJob: {
            /** @default null */
            readonly description: string | null;
            readonly device_id: string;
            /** @description A JSON text or an object, with `code` (one OpenQASM text) or `program` (a text or a list of texts), `operator` for estimation, and `parameters` for the bindings of a program's inputs. Jobs are answered in the form they were submitted in. Beside an object, unknown fields of the job are ignored. */
            readonly job_info: string | {
                readonly code?: string;
                readonly operator?: readonly {
                    readonly coeff?: number;
                    readonly pauli: string;
                }[];
                readonly parameters?: readonly {
                    readonly [key: string]: number;
                }[];
                readonly program?: string | readonly string[];
            };
            /** @default sampling */
            readonly job_type: string;
            /** @default null */
            readonly mitigation_info: Record<string, unknown> | null;
            /** @default null */
            readonly name: string | null;
            /** @default 5 */
            readonly priority: number;
            /** @default 1024 */
            readonly shots: number;
            /** @default null */
            readonly simulator_info: Record<string, unknown> | null;
            /** @default null */
            readonly transpiler_info: Record<string, unknown> | null;
        };
        /**
         * UserBody
         * @description Who is calling.
         */
        readonly UserBody: {
            /** Format: date-time */
            readonly created_at: string;
            readonly email: string;
            readonly id: string;
            readonly name: string;
            readonly organization: string;
        };
    };
    responses: {
        /** @description The request cannot be understood, or the job's status does not allow it */
        readonly 400: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description No valid token */
        readonly 401: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The token is not for this */
        readonly 403: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description There is no such thing, or it is not yours */
        readonly 404: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The job's status or attempt does not allow it, or it is in use */
        readonly 409: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Events after this cursor are no longer kept */
        readonly 410: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The body is too large */
        readonly 413: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The Idempotency-Key was used with another body */
        readonly 422: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description Too many requests */
        readonly 429: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
            };
        };
        /** @description The store does not answer now; repeating does no harm */
        readonly 503: {
            headers: {
                readonly [name: string]: unknown;
            };
            content: {
                readonly "application/json": components["schemas"]["ErrorBody"];
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
    readonly renew_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiToken"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly drop_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly token_status: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["ApiTokenStatus"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly devices: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["DeviceBody"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly device: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["DeviceBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly own_events: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description Go on after this event. */
                readonly "Last-Event-ID"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["JobEventBody"][];
                    readonly "text/event-stream": string;
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 410: components["responses"]["410"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly list_jobs: {
        readonly parameters: {
            readonly query?: {
                /** @description The id of the last job already seen. */
                readonly cursor?: string;
                readonly device_id?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                readonly end_time?: string;
                /** @description Comma list of the fields wanted. */
                readonly fields?: string;
                readonly job_type?: string;
                /** @description `ASC` (default) or `DESC`, by creation. */
                readonly order?: string;
                readonly page?: number;
                /** @description Looked for in id, name and description. */
                readonly q?: string;
                readonly size?: number;
                /** @description RFC 3339; without an offset it is UTC. */
                readonly start_time?: string;
                /** @description One status, or a comma list. */
                readonly status?: string;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["JobBody"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly submit: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Repeating the call with the same key and body stores nothing again. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "device_id": "SVSim",
                 *       "job_info": "{\"code\": \"OPENQASM 3; include \\\"stdgates.inc\\\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;\"}",
                 *       "shots": 1000
                 *     }
                 */
                readonly "application/json": components["schemas"]["SubmitJob"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["JobCreated"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 403: components["responses"]["403"];
            readonly 413: components["responses"]["413"];
            readonly 422: components["responses"]["422"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly read: {
        readonly parameters: {
            readonly query?: {
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                readonly wait?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["JobBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly remove: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly cancel: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["Message"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly job_events: {
        readonly parameters: {
            readonly query?: {
                readonly cursor?: string;
                readonly limit?: number;
            };
            readonly header?: {
                /** @description Go on after this event. */
                readonly "Last-Event-ID"?: string;
            };
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["JobEventBody"][];
                    readonly "text/event-stream": string;
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 410: components["responses"]["410"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly read_status: {
        readonly parameters: {
            readonly query?: {
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                readonly wait?: number;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["JobStatusBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly batch: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: {
                /** @description Repeating the call with the same key and body stores nothing again. */
                readonly "Idempotency-Key"?: string;
            };
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example [
                 *       {
                 *         "device_id": "SVSim",
                 *         "job_info": "{\"code\": \"OPENQASM 3; include \\\"stdgates.inc\\\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;\"}",
                 *         "shots": 1000
                 *       }
                 *     ]
                 */
                readonly "application/json": readonly components["schemas"]["SubmitJob"][];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["JobCreated"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 403: components["responses"]["403"];
            readonly 413: components["responses"]["413"];
            readonly 422: components["responses"]["422"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly check: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "code": "OPENQASM 3; include \"stdgates.inc\"; qubit[2] q; bit[2] c; h q[0]; cx q[0], q[1]; c = measure q;",
                 *       "device_id": "SC"
                 *     }
                 */
                readonly "application/json": components["schemas"]["CheckProgram"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["CheckBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 413: components["responses"]["413"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly lay_out: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["LayOutProgram"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["LayoutBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 413: components["responses"]["413"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly me: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["UserBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
}
