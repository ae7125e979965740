/**
 * Where sessions come from: a server that makes them (`live`), or a folder of ready ones
 * (`static`). The rest of the page knows only this.
 */

import { liveSource } from "./live.js";
import { staticSource } from "./static.js";

/** The source that the page was published for. */
export function chooseSource() {
	return document.documentElement.dataset.source === "static" ? staticSource() : liveSource();
}
