import { useEffect } from "react";

const PRODUCT = "Qumulus";

/** What the browser's tab says: the page first, for many tabs beside one another. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? PRODUCT : `${title} · ${PRODUCT}`;
    return () => {
      document.title = PRODUCT;
    };
  }, [title]);
}
