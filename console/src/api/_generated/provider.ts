// Generated from api/provider.json by "npm run types".
export interface paths {
    readonly "/devices/{device_id}": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Say how many qubits the device has. */
        readonly patch: operations["change_qubits"];
        readonly trace?: never;
    };
    readonly "/devices/{device_id}/device_info": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Publish a calibration; every one is kept. */
        readonly patch: operations["change_device_info"];
        readonly trace?: never;
    };
    readonly "/devices/{device_id}/status": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Declare the device `available` or `unavailable`. */
        readonly patch: operations["change_status"];
        readonly trace?: never;
    };
    readonly "/jobs": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        /**
         * Claim jobs, which become `ready` and are yours; with `wait` as soon as there are some.
         * @description With a `status` other than `submitted` jobs are listed and nothing is claimed: `cancelled` lists
         *     those that still want your reason.
         */
        readonly get: operations["claim"];
        readonly put?: never;
        readonly post?: never;
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
        /** Read a job of your device. */
        readonly get: operations["read"];
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Move a job: `running`, `succeeded` or `failed` (with its reason as `message`). */
        readonly patch: operations["report_status"];
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/job_info": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /**
         * Write `result` (the job has succeeded), `reason` (it has failed) or other keys of `job_info`.
         * @description They stand at the top level, or under `job_info` beside `overwrite_status` and `execution_time`.
         */
        readonly patch: operations["report_info"];
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/release": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Hand a job back untouched; it goes to the place in the queue that it had. */
        readonly post: operations["release"];
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
        readonly get?: never;
        readonly put?: never;
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        /** Move a job: `running`, `succeeded` or `failed` (with its reason as `message`). */
        readonly patch: operations["report_status_again"];
        readonly trace?: never;
    };
    readonly "/jobs/{job_id}/transpiler_info": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        /** Write back the transpiler settings that were used by default. */
        readonly put: operations["transpiler_info"];
        readonly post?: never;
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/heartbeat": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Renew your leases; with `wait` (at most half the lease) the answer comes when a job is cancelled. */
        readonly post: operations["heartbeat"];
        readonly delete?: never;
        readonly options?: never;
        readonly head?: never;
        readonly patch?: never;
        readonly trace?: never;
    };
    readonly "/jobs/reports": {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly get?: never;
        readonly put?: never;
        /** Report many jobs in one transaction, in their order, each with its own outcome. */
        readonly post: operations["reports"];
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
         * ChangeDeviceInfo
         * @description `PATCH /devices/{id}/device_info`: a JSON text, and when the device was calibrated.
         */
        readonly ChangeDeviceInfo: {
            /** @default null */
            readonly calibrated_at: string | null;
            /** @default null */
            readonly device_info: string | null;
        };
        /**
         * ChangeQubits
         * @description `PATCH /devices/{id}`.
         */
        readonly ChangeQubits: {
            readonly n_qubits: number | null;
        };
        /**
         * ChangeStatus
         * @description `PATCH /devices/{id}/status`: "available" or "unavailable".
         */
        readonly ChangeStatus: {
            /** @default null */
            readonly available_at: string | null;
            readonly status: string;
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
         * HeartbeatBody
         * @description Still alive; `lease` in seconds, None keeps each lease's length. `device_id` None: the token's.
         */
        readonly HeartbeatBody: {
            /** @default null */
            readonly device_id: string | null;
            /** @default [] */
            readonly jobs: readonly components["schemas"]["HeldJob"][];
            /** @default null */
            readonly lease: number | null;
            /** @default null */
            readonly worker: string | null;
        };
        /**
         * HeldJob
         * @description A job and the attempt at which it is held.
         */
        readonly HeldJob: {
            readonly attempt: number;
            readonly job_id: string;
        };
        /**
         * JobReport
         * @description One line of `POST /jobs/reports`.
         *
         *     `status` "running", "succeeded" or "failed"; None: as `job_info` says (a `result` means
         *     succeeded, a `reason` failed, on a cancelled job either is just kept). The same job may stand
         *     in several lines, which are taken in order.
         */
        readonly JobReport: {
            /** @default null */
            readonly attempt: number | null;
            /** @default null */
            readonly execution_time: number | null;
            readonly job_id: string;
            /** @default {} */
            readonly job_info: {
                readonly [key: string]: unknown;
            };
            /** @default null */
            readonly status: string | null;
            /** @default null */
            readonly worker: string | null;
        };
        /**
         * Message
         * @description Done; the text is for people.
         */
        readonly Message: {
            readonly message: string;
        };
        /**
         * ProviderJob
         * @description A job as its Provider sees it.
         *
         *     `job_info` comes in the job's `form` ("text": a JSON text, "object": an object) unless asked
         *     otherwise. `transpiler_info` null: the user said nothing of it. `lease_expires_at` null: the
         *     claim has no end.
         */
        readonly ProviderJob: {
            readonly attempt: number;
            /** Format: date-time */
            readonly created_at: string;
            readonly device_id: string;
            readonly ended_at: string | null;
            /** @default null */
            readonly execution_time: number | null;
            readonly form: string;
            readonly job_id: string;
            /** @description What was submitted, with `result`, `transpile_result`, `combined_program` for several programs, or `reason` (also as `message`) and `reason_code`; a JSON text or an object, as submitted. */
            readonly job_info: string | Record<string, unknown> | null;
            readonly job_type: string;
            /** @default null */
            readonly lease: number | null;
            /** @default null */
            readonly lease_expires_at: string | null;
            readonly mitigation_info: Record<string, unknown>;
            readonly ready_at: string | null;
            readonly running_at: string | null;
            readonly shots: number;
            readonly simulator_info: Record<string, unknown>;
            readonly status: string;
            readonly submitted_at: string | null;
            readonly transpiler_info: Record<string, unknown> | null;
        };
        /**
         * PulseBody
         * @description Job ids: held on, held no longer (drop them), cancelled by the user (stop them).
         */
        readonly PulseBody: {
            readonly cancelled: readonly string[];
            readonly lost: readonly string[];
            readonly renewed: readonly string[];
        };
        /**
         * ReleaseJob
         * @description Hand a job back untouched. An empty body will do.
         */
        readonly ReleaseJob: {
            /** @default null */
            readonly attempt: number | null;
            /** @default null */
            readonly job_id: string | null;
            /** @default null */
            readonly reason: string | null;
            /** @default null */
            readonly worker: string | null;
        };
        /**
         * ReportOutcome
         * @description What became of one line; `outcome` "moved", "repeated", or the code of an error.
         *
         *     `status` and `attempt` are those of the job now, absent when there is no such job.
         */
        readonly ReportOutcome: {
            /** @default null */
            readonly attempt: number | null;
            readonly job_id: string;
            /** @default null */
            readonly message: string | null;
            readonly outcome: string;
            /** @default null */
            readonly status: string | null;
        };
        /**
         * StatusReport
         * @description `PATCH /jobs/{id}` and `/jobs/{id}/status`; `message` is the reason of a failure.
         */
        readonly StatusReport: {
            /** @default null */
            readonly attempt: number | null;
            /** @default null */
            readonly execution_time: number | null;
            /** @default null */
            readonly job_id: string | null;
            /** @default null */
            readonly message: string | null;
            readonly status: string;
            /** @default null */
            readonly worker: string | null;
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
    readonly change_qubits: {
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
                readonly "application/json": components["schemas"]["ChangeQubits"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly change_device_info: {
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
                readonly "application/json": components["schemas"]["ChangeDeviceInfo"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly change_status: {
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
                readonly "application/json": components["schemas"]["ChangeStatus"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly claim: {
        readonly parameters: {
            readonly query?: {
                readonly device_id?: string;
                /** @description Comma list of the fields wanted. */
                readonly fields?: string;
                readonly job_info_form?: ("object" | "text") | null;
                readonly lease?: number | null;
                readonly limit?: number | null;
                readonly max_results?: number | null;
                readonly status?: string;
                /** @description RFC 3339; without an offset it is UTC. */
                readonly timestamp?: string;
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                readonly wait?: number;
                readonly worker?: string;
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
                    readonly "application/json": readonly components["schemas"]["ProviderJob"][];
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
    readonly read: {
        readonly parameters: {
            readonly query?: {
                readonly job_info_form?: ("object" | "text") | null;
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
                    readonly "application/json": components["schemas"]["ProviderJob"];
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
    readonly report_status: {
        readonly parameters: {
            readonly query?: {
                readonly attempt?: number | null;
                readonly worker?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "status": "running",
                 *       "attempt": 1
                 *     }
                 */
                readonly "application/json": components["schemas"]["StatusReport"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly report_info: {
        readonly parameters: {
            readonly query?: {
                readonly attempt?: number | null;
                readonly worker?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "result": {
                 *         "sampling": {
                 *           "counts": {
                 *             "11": 493,
                 *             "00": 507
                 *           }
                 *         }
                 *       },
                 *       "attempt": 1
                 *     }
                 */
                readonly "application/json": Record<string, unknown>;
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly release: {
        readonly parameters: {
            readonly query?: {
                readonly attempt?: number | null;
                readonly worker?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody?: {
            readonly content: {
                readonly "application/json": components["schemas"]["ReleaseJob"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly report_status_again: {
        readonly parameters: {
            readonly query?: {
                readonly attempt?: number | null;
                readonly worker?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "status": "running",
                 *       "attempt": 1
                 *     }
                 */
                readonly "application/json": components["schemas"]["StatusReport"];
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly transpiler_info: {
        readonly parameters: {
            readonly query?: {
                readonly attempt?: number | null;
                readonly worker?: string;
            };
            readonly header?: never;
            readonly path: {
                readonly job_id: string;
            };
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                readonly "application/json": Record<string, unknown>;
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
            readonly 403: components["responses"]["403"];
            readonly 404: components["responses"]["404"];
            readonly 409: components["responses"]["409"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
    readonly heartbeat: {
        readonly parameters: {
            readonly query?: {
                /** @description Seconds to hold the request; more than 60 is read as 60. */
                readonly wait?: number;
            };
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example {
                 *       "device_id": "SVSim",
                 *       "jobs": [
                 *         {
                 *           "job_id": "0199...",
                 *           "attempt": 1
                 *         }
                 *       ],
                 *       "lease": 10
                 *     }
                 */
                readonly "application/json": components["schemas"]["HeartbeatBody"];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": components["schemas"]["PulseBody"];
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
    readonly reports: {
        readonly parameters: {
            readonly query?: never;
            readonly header?: never;
            readonly path?: never;
            readonly cookie?: never;
        };
        readonly requestBody: {
            readonly content: {
                /**
                 * @example [
                 *       {
                 *         "job_id": "0199...",
                 *         "attempt": 1,
                 *         "status": "succeeded",
                 *         "job_info": {
                 *           "result": {
                 *             "sampling": {
                 *               "counts": {
                 *                 "11": 493,
                 *                 "00": 507
                 *               }
                 *             }
                 *           }
                 *         },
                 *         "execution_time": 0.012
                 *       }
                 *     ]
                 */
                readonly "application/json": readonly components["schemas"]["JobReport"][];
            };
        };
        readonly responses: {
            /** @description Done */
            readonly 200: {
                headers: {
                    readonly [name: string]: unknown;
                };
                content: {
                    readonly "application/json": readonly components["schemas"]["ReportOutcome"][];
                };
            };
            readonly 400: components["responses"]["400"];
            readonly 401: components["responses"]["401"];
            readonly 413: components["responses"]["413"];
            readonly 429: components["responses"]["429"];
            readonly 503: components["responses"]["503"];
        };
    };
}
