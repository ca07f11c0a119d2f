// Generated from api/admin.json by "npm run types".
export interface paths {
    readonly "/audit": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read who changed what, newest first. */
        readonly get: operations["audit"];
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
        /** List all devices. */
        readonly get: operations["devices"];
        readonly put?: never;
        /** Add a device; its id stands in the body, or in its `device_info` only. */
        readonly post: operations["new_device"];
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
        /** Read a device. */
        readonly get: operations["device"];
        readonly put?: never;
        readonly post?: never;
        /** Remove a device; 409 while it has unfinished jobs. */
        readonly delete: operations["remove_device"];
        readonly options?: never;
        readonly head?: never;
        /** Change a device; what is absent stays. */
        readonly patch: operations["update_device"];
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/fail": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Let a stuck job fail; its owner reads the reason. */
        readonly post: operations["fail"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/requeue": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Queue a stuck job again. */
        readonly post: operations["requeue"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/tokens": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List tokens, oldest first. */
        readonly get: operations["tokens"];
        readonly put?: never;
        /** Make a token; this answer alone shows it. */
        readonly post: operations["new_token"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/tokens/{token_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        /** Revoke a token, at once. */
        readonly delete: operations["remove_token"];
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** List accounts. */
        readonly get: operations["users"];
        readonly put?: never;
        /** Add an account. */
        readonly post: operations["new_user"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/users/{user_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /** Read an account. */
        readonly get: operations["user"];
        readonly put?: never;
        readonly post?: never;
        /** Remove an account with its tokens and jobs; 409 while jobs are unfinished. */
        readonly delete: operations["remove_account"];
        readonly options?: never;
        readonly head?: never;
        /** Change an account; what is absent stays. */
        readonly patch: operations["update_account"];
        readonly trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * AccountBody
         * @description An account; `available_devices` "*" stands for every device.
         */
        readonly AccountBody: {
            readonly available_devices: "*" | readonly string[];
            /** Format: date-time */
            readonly created_at: string;
            readonly display_name: string;
            readonly email: string;
            readonly group_id: string;
            readonly id: string;
            readonly may_prioritise: boolean;
            readonly organization: string;
            readonly status: string;
        };
        /**
         * AccountsPage
         * @description A page of accounts.
         */
        readonly AccountsPage: {
            readonly limit: number;
            readonly offset: number;
            readonly users: readonly components["schemas"]["AccountBody"][];
        };
        /**
         * AdminDeviceBody
         * @description A device with what only operators set; `claim_timeout` in seconds.
         */
        readonly AdminDeviceBody: {
            readonly available_at: string | null;
            readonly basis_gates: readonly string[];
            readonly calibrated_at: string | null;
            readonly claim_timeout: number | null;
            readonly description: string;
            readonly device_id: string;
            readonly device_info: string | null;
            readonly device_type: string;
            readonly expected_wait: number | null;
            readonly n_pending_jobs: number;
            readonly n_qubits: number | null;
            readonly on_lost_lease: string;
            readonly seen_at: string | null;
            readonly status: string;
            readonly supported_instructions: readonly string[];
        };
        /**
         * AuditBody
         * @description Who changed what, when, from what to what.
         */
        readonly AuditBody: {
            readonly action: string;
            readonly after: Record<string, unknown> | null;
            /** Format: date-time */
            readonly at: string;
            readonly before: Record<string, unknown> | null;
            readonly id: number;
            readonly subject: string;
            readonly who: string;
        };
        /**
         * ChangeAccount
         * @description `PATCH /users/{id}`: what is absent or null stays.
         */
        readonly ChangeAccount: {
            /** @default null */
            readonly available_devices: "*" | readonly string[] | null;
            /** @default null */
            readonly display_name: string | null;
            /** @default null */
            readonly email: string | null;
            /** @default null */
            readonly group_id: string | null;
            /** @default null */
            readonly may_prioritise: boolean | null;
            /** @default null */
            readonly organization: string | null;
            /** @default null */
            readonly status: string | null;
        };
        /**
         * DeviceSettings
         * @description `POST /devices` and `PATCH /devices/{id}`; what is absent stays, or gets its default.
         *
         *     A new device needs `device_id` here or inside `device_info` (a JSON text).
         */
        readonly DeviceSettings: {
            readonly available_at?: string | null;
            readonly basis_gates?: readonly string[];
            readonly calibrated_at?: string | null;
            readonly claim_timeout?: number | null;
            readonly description?: string;
            readonly device_id?: string;
            readonly device_info?: string | null;
            /** @enum {unknown} */
            readonly device_type?: "QPU" | "simulator";
            readonly n_qubits?: number | null;
            /** @enum {unknown} */
            readonly on_lost_lease?: "fail" | "requeue";
            /** @enum {unknown} */
            readonly status?: "available" | "unavailable";
            readonly supported_instructions?: readonly string[];
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
         * Message
         * @description Done; the text is for people.
         */
        readonly Message: {
            readonly message: string;
        };
        /**
         * MintedToken
         * @description A new token; `token` is `<id>.<secret>` and shown only here.
         */
        readonly MintedToken: {
            readonly devices: readonly string[];
            readonly expires_at: string | null;
            readonly id: string;
            readonly name: string;
            readonly owner: string | null;
            readonly role: string;
            readonly token: string;
        };
        /**
         * NewAccount
         * @description `POST /users`.
         */
        readonly NewAccount: {
            /** @default * */
            readonly available_devices: "*" | readonly string[];
            /** @default  */
            readonly display_name: string;
            /** @default  */
            readonly email: string;
            /** @default  */
            readonly group_id: string;
            readonly id: string;
            /** @default false */
            readonly may_prioritise: boolean;
            /** @default  */
            readonly organization: string;
            /** @default approved */
            readonly status: string;
        };
        /**
         * NewToken
         * @description `POST /tokens`: a user's has an `owner`, a Provider's has `devices`.
         */
        readonly NewToken: {
            /** @default [] */
            readonly devices: readonly string[];
            /** @default null */
            readonly expires_at: string | null;
            /** @default  */
            readonly name: string;
            /** @default null */
            readonly owner: string | null;
            /** @enum {unknown} */
            readonly role: "admin" | "provider" | "user";
        };
        /**
         * Reason
         * @description `POST /jobs/{id}/requeue` and `/fail`.
         */
        readonly Reason: {
            /** @default  */
            readonly reason: string;
        };
        /**
         * TokenBody
         * @description A token without its secret; `devices` binds a Provider's token.
         */
        readonly TokenBody: {
            /** Format: date-time */
            readonly created_at: string;
            readonly devices: readonly string[];
            readonly expires_at: string | null;
            readonly id: string;
            readonly name: string;
            readonly owner: string | null;
            readonly role: string;
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
    readonly audit: {
        readonly parameters: {
            readonly query?: {
                readonly before?: number | null;
                readonly limit?: number;
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
                    readonly "application/json": readonly components["schemas"]["AuditBody"][];
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
                    readonly "application/json": readonly components["schemas"]["AdminDeviceBody"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly new_device: {
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
                 *       "device_id": "lab",
                 *       "device_type": "QPU"
                 *     }
                 */
                readonly "application/json": components["schemas"]["DeviceSettings"];
            };
        };
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
            readonly 409: components["responses"]["409"];
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
                    readonly "application/json": components["schemas"]["AdminDeviceBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly remove_device: {
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
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly update_device: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly device_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["DeviceSettings"];
            };
        };
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
    readonly fail: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["Reason"];
            };
        };
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
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly requeue: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["Reason"];
            };
        };
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
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly tokens: {
        readonly parameters: {
            readonly query?: {
                readonly owner?: string | null;
                readonly role?: ("admin" | "provider" | "user") | null;
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
                    readonly "application/json": readonly components["schemas"]["TokenBody"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly new_token: {
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
                 *       "role": "provider",
                 *       "devices": [
                 *         "SVSim"
                 *       ],
                 *       "name": "rack 3"
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewToken"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["MintedToken"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly remove_token: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly token_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 204: {
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
    readonly users: {
        readonly parameters: {
            readonly query?: {
                readonly display_name?: string | null;
                readonly email?: string | null;
                readonly group_id?: string | null;
                readonly limit?: number;
                readonly offset?: number;
                readonly organization?: string | null;
                /** @description `column,asc` or `column,desc`. */
                readonly sort?: string;
                readonly status?: string | null;
                readonly user_id?: string | null;
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
                    readonly "application/json": components["schemas"]["AccountsPage"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly new_user: {
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
                 *       "id": "bob",
                 *       "available_devices": [
                 *         "SVSim"
                 *       ]
                 *     }
                 */
                readonly "application/json": components["schemas"]["NewAccount"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly user: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly user_id: string;
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
                    readonly "application/json": components["schemas"]["AccountBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly remove_account: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly user_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: never;
        readonly responses: {
            /** @description Done */
            readonly 204: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content?: never;
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly update_account: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path: {
                readonly user_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": components["schemas"]["ChangeAccount"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["AccountBody"];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
}
