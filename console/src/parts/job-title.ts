import { useSay } from "@/i18n/language";
import type { TextKey } from "@/i18n/en";
import type { JobRow } from "@/live/rows";

const UNNAMED: Readonly<Record<string, TextKey>> = {
  sampling: "job.sampling",
  estimation: "job.estimation",
  multi_manual: "job.multi_manual",
};

/** The name of a job; of one without a name what it is and where it runs, which says more than its id. */
export function useJobTitle(): (job: JobRow) => string {
  const say = useSay();
  return (job) => {
    if (job.name) return job.name;
    if (job.device_id === undefined) return job.job_id;
    return say(UNNAMED[job.job_type ?? ""] ?? "job.other", { device: job.device_id });
  };
}
