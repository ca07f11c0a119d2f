import type { OwnTexts } from "@/i18n/own";
import type { Action, Lane } from "./sequence";
import type { Tab } from "./search";
import type { Bar } from "./stages";

type Said =
  | `tab.${Tab}`
  | `lane.${Lane}`
  | `step.${Action}`
  | `bar.${Bar}`
  | "travel"
  | "view.label"
  | "view.sequence"
  | "view.waterfall"
  | "pending"
  | "possible"
  | "details"
  | "untaken"
  | "first"
  | "after"
  | "attempt"
  | "worker"
  | "total"
  | "queue"
  | "queue.one"
  | "queue.next"
  | "wait"
  | "wait.none"
  | "fact.device"
  | "fact.type"
  | "fact.shots"
  | "fact.submitted"
  | "fact.runTime"
  | "fact.attempt"
  | "fact.priority"
  | "cancel"
  | "cancel.ask"
  | "cancel.text"
  | "cancel.do"
  | "delete"
  | "delete.ask"
  | "delete.text"
  | "keep"
  | "again"
  | "failed"
  | "cancelled"
  | "failed.line"
  | "failed.program"
  | "noResult"
  | "noResult.text"
  | "noResult.final"
  | "code"
  | "sort"
  | "sort.count"
  | "sort.bits"
  | "top"
  | "top.n"
  | "log"
  | "unit.count"
  | "unit.probability"
  | "raw"
  | "raw.own"
  | "raw.raw"
  | "raw.series"
  | "compare"
  | "compare.id"
  | "compare.this"
  | "compare.distance"
  | "compare.failed"
  | "rest"
  | "part"
  | "part.whole"
  | "part.program"
  | "part.binding"
  | "chart.label"
  | "outcomes"
  | "table"
  | "table.outcome"
  | "table.count"
  | "table.probability"
  | "table.cut"
  | "save"
  | "expectation"
  | "expectation.operator"
  | "term"
  | "coefficient"
  | "circuit.submitted"
  | "circuit.transpiled"
  | "circuit.none"
  | "circuit.steered"
  | "circuit.mapping"
  | "circuit.combined"
  | "stats"
  | "stats.before"
  | "stats.after"
  | "program"
  | "program.none"
  | "event.seq"
  | "event.at"
  | "event.actor"
  | "event.move"
  | "event.delta"
  | "event.detail"
  | "event.new"
  | "evidence.none"
  | "raw.text"
  | "value"
  | "none";

export const jobTexts: OwnTexts<Said> = {
  en: {
    "tab.result": "Result",
    "tab.circuit": "Circuit",
    "tab.program": "Program",
    "tab.events": "Events",
    "tab.evidence": "Evidence",
    "tab.raw": "Raw",
    "lane.user": "User",
    "lane.cloud": "Cloud",
    "lane.provider": "Provider",
    "step.register": "Registers a job",
    "step.submit": "Submits the job",
    "step.fetch": "Fetches the job",
    "step.start": "Starts to run it",
    "step.succeed": "Hands in the result",
    "step.fail": "Reports why it failed",
    "step.cancel": "Cancels the job",
    "step.annotate": "Confirms the cancel",
    "step.release": "Hands the job back",
    "step.expire": "The lease ran out",
    "step.abandon": "Given up: the Provider was lost",
    "step.requeue": "An operator queues it again",
    "step.adminFail": "An operator ends it",
    "step.other": "Moves the job",
    "bar.queued": "Queued",
    "bar.ready": "Ready",
    "bar.running": "Running",
    "bar.parse": "Read",
    "bar.transpile": "Transpile",
    "bar.run": "Run",
    "bar.combine": "Mitigate, combine",
    "bar.report": "Report",
    travel: "How the job travels",
    "view.label": "View",
    "view.sequence": "Sequence",
    "view.waterfall": "Waterfall",
    pending: "expected",
    possible: "possible",
    details: "Details",
    untaken: "not taken",
    first: "start",
    after: "+{time}",
    attempt: "attempt {count}",
    worker: "worker {name}",
    total: "{time} in all",
    queue: "{count} jobs go first",
    "queue.one": "1 job goes first",
    "queue.next": "Next in line",
    wait: "about {time} to wait on {device}",
    "wait.none": "no wait expected on {device}",
    "fact.device": "Device",
    "fact.type": "Type",
    "fact.shots": "Shots",
    "fact.submitted": "Submitted",
    "fact.runTime": "Run time",
    "fact.attempt": "Attempt",
    "fact.priority": "Priority",
    cancel: "Cancel",
    "cancel.ask": "Cancel this job?",
    "cancel.text": "It ends at once, wherever it is. A result that is being computed is lost.",
    "cancel.do": "Cancel the job",
    delete: "Delete",
    "delete.ask": "Delete this job?",
    "delete.text": "The job, its result and its events are gone for good.",
    keep: "Keep it",
    again: "Run again",
    failed: "The job failed",
    cancelled: "The Provider’s last word",
    "failed.line": "Line {line}, column {column}",
    "failed.program": "Program {program}, line {line}, column {column}",
    noResult: "No result yet",
    "noResult.text": "It appears here by itself. From a terminal or from Python you can wait for it, too:",
    "noResult.final": "This job ended without a result",
    code: "Code",
    sort: "Order",
    "sort.count": "By count",
    "sort.bits": "By bits",
    top: "Outcomes",
    "top.n": "Top {count}",
    log: "Log scale",
    "unit.count": "Counts",
    "unit.probability": "Probability",
    raw: "Readout",
    "raw.own": "Mitigated",
    "raw.raw": "With raw",
    "raw.series": "Raw",
    compare: "Compare with",
    "compare.id": "Job id to compare with",
    "compare.this": "This job",
    "compare.distance": "Total variation distance {value}",
    "compare.failed": "That job has no counts to compare with.",
    rest: "{count} others",
    part: "Part",
    "part.whole": "All together",
    "part.program": "Program {index}",
    "part.binding": "Binding {index}",
    "chart.label":
      "Histogram of {kinds} outcomes of {shots} shots; most frequent {top}. The table below has every number.",
    outcomes: "{kinds} outcomes, {shots} shots",
    table: "As a table",
    "table.outcome": "Outcome",
    "table.count": "Count",
    "table.probability": "Probability",
    "table.cut": "The first {count}; the CSV file has all.",
    save: "Save as",
    expectation: "Expectation value",
    "expectation.operator": "Operator",
    term: "Pauli term",
    coefficient: "Coefficient",
    "circuit.submitted": "As submitted",
    "circuit.transpiled": "As transpiled",
    "circuit.none": "Nothing was transpiled: the program ran as it was submitted.",
    "circuit.steered": "This program cannot be drawn",
    "circuit.mapping": "Qubits on {device}",
    "circuit.combined": "Programs as one",
    stats: "Statistics",
    "stats.before": "Before",
    "stats.after": "After",
    program: "Program {index}",
    "program.none": "The program of this job is in its archive.",
    "event.seq": "No.",
    "event.at": "Time",
    "event.actor": "Actor",
    "event.move": "Move",
    "event.delta": "After",
    "event.detail": "Detail",
    "event.new": "new",
    "evidence.none": "Evidence comes with the result",
    "raw.text": "job_info, exactly as the Cloud keeps it",
    value: "Value",
    none: "none",
  },
  ja: {
    "tab.result": "結果",
    "tab.circuit": "回路",
    "tab.program": "プログラム",
    "tab.events": "イベント",
    "tab.evidence": "エビデンス",
    "tab.raw": "生データ",
    "lane.user": "ユーザー",
    "lane.cloud": "クラウド",
    "lane.provider": "プロバイダー",
    "step.register": "ジョブを登録",
    "step.submit": "ジョブを送信",
    "step.fetch": "ジョブを取得",
    "step.start": "実行を開始",
    "step.succeed": "結果を提出",
    "step.fail": "失敗の理由を報告",
    "step.cancel": "ジョブをキャンセル",
    "step.annotate": "キャンセルを確認",
    "step.release": "ジョブを返却",
    "step.expire": "リース期限切れ",
    "step.abandon": "中止: プロバイダーが応答しません",
    "step.requeue": "管理者が再投入",
    "step.adminFail": "管理者が終了",
    "step.other": "ジョブを移動",
    "bar.queued": "待機",
    "bar.ready": "準備",
    "bar.running": "実行中",
    "bar.parse": "読み取り",
    "bar.transpile": "トランスパイル",
    "bar.run": "実行",
    "bar.combine": "誤り緩和・集計",
    "bar.report": "報告",
    travel: "ジョブの流れ",
    "view.label": "表示",
    "view.sequence": "シーケンス",
    "view.waterfall": "ウォーターフォール",
    pending: "予定",
    possible: "または",
    details: "詳細",
    untaken: "通らなかった経路",
    first: "開始",
    after: "+{time}",
    attempt: "試行 {count}",
    worker: "ワーカー {name}",
    total: "合計 {time}",
    queue: "先に {count} 件",
    "queue.one": "先に 1 件",
    "queue.next": "次に実行されます",
    wait: "{device} の待ち時間 約 {time}",
    "wait.none": "{device} の待ち時間なし",
    "fact.device": "デバイス",
    "fact.type": "種類",
    "fact.shots": "ショット数",
    "fact.submitted": "送信",
    "fact.runTime": "実行時間",
    "fact.attempt": "試行",
    "fact.priority": "優先度",
    cancel: "キャンセル",
    "cancel.ask": "このジョブをキャンセルしますか?",
    "cancel.text": "どの段階でもすぐに終了します。計算中の結果は失われます。",
    "cancel.do": "ジョブをキャンセル",
    delete: "削除",
    "delete.ask": "このジョブを削除しますか?",
    "delete.text": "ジョブ、結果、イベントは完全に削除されます。",
    keep: "やめる",
    again: "もう一度実行",
    failed: "ジョブは失敗しました",
    cancelled: "プロバイダーからの最後の報告",
    "failed.line": "{line} 行 {column} 列",
    "failed.program": "プログラム {program}、{line} 行 {column} 列",
    noResult: "結果はまだありません",
    "noResult.text": "結果は自動的に表示されます。ターミナルや Python からも待つことができます:",
    "noResult.final": "このジョブは結果なしで終了しました",
    code: "コード",
    sort: "並び順",
    "sort.count": "回数順",
    "sort.bits": "ビット順",
    top: "表示数",
    "top.n": "上位 {count}",
    log: "対数目盛",
    "unit.count": "回数",
    "unit.probability": "確率",
    raw: "読み出し",
    "raw.own": "緩和後",
    "raw.raw": "緩和前も表示",
    "raw.series": "緩和前",
    compare: "比較対象",
    "compare.id": "比較するジョブID",
    "compare.this": "このジョブ",
    "compare.distance": "全変動距離 {value}",
    "compare.failed": "そのジョブには比較できる回数がありません。",
    rest: "その他 {count} 件",
    part: "部分",
    "part.whole": "全体",
    "part.program": "プログラム {index}",
    "part.binding": "束縛 {index}",
    "chart.label":
      "{shots} ショット、{kinds} 種類の結果のヒストグラム。最頻値は {top}。すべての値は下の表にあります。",
    outcomes: "{kinds} 種類、{shots} ショット",
    table: "表で見る",
    "table.outcome": "結果",
    "table.count": "回数",
    "table.probability": "確率",
    "table.cut": "最初の {count} 件。CSV にはすべて含まれます。",
    save: "保存形式",
    expectation: "期待値",
    "expectation.operator": "演算子",
    term: "パウリ項",
    coefficient: "係数",
    "circuit.submitted": "送信時",
    "circuit.transpiled": "トランスパイル後",
    "circuit.none": "トランスパイルなし: 送信されたまま実行されました。",
    "circuit.steered": "このプログラムは図にできません",
    "circuit.mapping": "{device} 上の量子ビット",
    "circuit.combined": "結合したプログラム",
    stats: "統計",
    "stats.before": "前",
    "stats.after": "後",
    program: "プログラム {index}",
    "program.none": "このジョブのプログラムはアーカイブにあります。",
    "event.seq": "番号",
    "event.at": "時刻",
    "event.actor": "主体",
    "event.move": "遷移",
    "event.delta": "経過",
    "event.detail": "詳細",
    "event.new": "新規",
    "evidence.none": "エビデンスは結果とともに表示されます",
    "raw.text": "クラウドが保存しているままの job_info",
    value: "値",
    none: "なし",
  },
};
