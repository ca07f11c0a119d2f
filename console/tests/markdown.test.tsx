import { render } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Markdown } from "@/parts/markdown";

function drawn(text: string): string {
  return render(<Markdown text={text} />).container.innerHTML;
}

describe("an announcement", () => {
  it("has paragraphs, lists, words that stand out, and links", () => {
    const html = drawn(
      "# Friday\n**SC** is *away*:\n- jobs wait\n- see [status](https://a.example/x?y=1)\n\nUse `SVSim`.",
    );
    expect(html).toContain(
      "<strong>Friday</strong><br><strong>SC</strong> is <em>away</em>:</p><ul><li>jobs wait</li>",
    );
    expect(html).toContain('<a href="https://a.example/x?y=1" target="_blank" rel="noreferrer">status</a>');
    expect(html).toContain("<p>Use <code>SVSim</code>.</p>");
  });

  it("cannot bring in HTML, or a link that is a script", () => {
    const html = drawn(
      '<img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](data:text/html,x) ![c](https://e.example/"onload=x)',
    );
    expect(html).not.toMatch(/<img|href="(?:javascript|data)|onload=x">/);
    expect(html).toContain("&lt;img src=x");
  });
});
