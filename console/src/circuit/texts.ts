import type { OwnTexts } from "@/i18n/own";

export type CircuitText = "label" | "cut" | "mapping" | "physical" | "editor.help";

export const circuitTexts: OwnTexts<CircuitText> = {
  en: {
    label: "{title}: circuit of {qubits} qubits and {operations} operations",
    cut: "The drawing ends after {count} columns; the program goes on.",
    mapping: "Coupling map. The qubits of the program stand on those of the device: {pairs}",
    physical: "qubit {virtual} → {physical}",
    "editor.help": "Escape, then Tab leaves the editor.",
  },
  ja: {
    label: "{title}: {qubits} 量子ビット、{operations} 操作の回路",
    cut: "図は {count} 列で終わりますが、プログラムは続きます。",
    mapping: "結合マップ。プログラムの量子ビットとデバイスの量子ビットの対応: {pairs}",
    physical: "量子ビット {virtual} → {physical}",
    "editor.help": "Escape の後に Tab を押すとエディターから出ます。",
  },
};
