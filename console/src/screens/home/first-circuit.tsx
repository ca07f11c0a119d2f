import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, data, type Device } from "@/api/client";
import { Failed } from "@/parts/states";
import { Snippet } from "@/parts/snippet";
import { useSay } from "@/i18n/language";

export const BELL = `OPENQASM 3;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
`;

const CLI = "qumulus run bell.qasm --device SVSim --shots 1000";
const PYTHON = `from pathlib import Path
from qumulus import Client

with Client() as client:
    print(client.run(Path("bell.qasm"), device="SVSim", shots=1000).counts)`;

/** What a new user sees instead of an empty list: three clicks to a histogram. */
export function FirstCircuit({ devices }: { devices: readonly Device[] }) {
  const say = useSay();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: async (deviceId: string) =>
      data(
        await api.POST("/jobs", {
          body: { device_id: deviceId, name: "Bell", shots: 1000, job_info: JSON.stringify({ code: BELL }) },
          headers: { "Idempotency-Key": crypto.randomUUID() },
        }),
      ),
    onSuccess: ({ job_id }) => navigate({ to: "/jobs/$jobId", params: { jobId: job_id } }),
  });
  return (
    <section className="card first" aria-labelledby="first-title">
      <div className="body">
        <h2 id="first-title">{say("home.first")}</h2>
        <p className="soft">{say("home.first.text")}</p>
        <div className="row">
          {devices.map((one) => (
            <button
              key={one.device_id}
              type="button"
              className="button primary"
              disabled={run.isPending || one.status !== "available"}
              onClick={() => {
                run.mutate(one.device_id);
              }}
            >
              {say("home.first.run", { device: one.device_id })}
            </button>
          ))}
        </div>
        {run.isError ? <Failed error={run.error} /> : null}
        <p className="soft">{say("home.first.code")}</p>
        <Snippet label="bell.qasm" text={BELL.trim()} />
        <Snippet text={CLI} />
        <Snippet text={PYTHON} />
      </div>
    </section>
  );
}
