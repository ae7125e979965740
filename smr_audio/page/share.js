/** A session's settings in an address: `#/r/hamstrings?hamstring-barbell:left=45&sides=left`. */

const WORDS = ["sides", "first", "talk", "safety", "bed"];
const HOLD = /^(all|[a-z0-9.-]{1,80})(:left|:right)?$/;

/** The part after the page's address. @param {SessionRequest} request */
export function addressOf(request) {
	const { routine, muscles = [], minutes = "" } = request;
	if (!routine) return `#/m/${muscles.map(encodeURIComponent).join("+")}/${minutes}`;
	const query = new URLSearchParams();
	for (const [key, seconds] of Object.entries(request.holds ?? {})) query.set(key, String(seconds));
	for (const key of WORDS) if (typeof request[key] === "string") query.set(key, request[key]);
	if (request.skip?.length) query.set("skip", request.skip.join(","));
	const text = query.toString().replaceAll("%3A", ":").replaceAll("%2C", ",");
	return `#/r/${encodeURIComponent(routine)}${text && `?${text}`}`;
}

/**
 * What an address asks for; whatever else it says is left out. Whether a session can be had so is
 * for the source to say.
 * @type {(target: string) => SessionRequest}
 */
export function requestOf(target) {
	const [routine, query = ""] = target.split("?");
	/** @type {SessionRequest} */
	const request = { routine };
	for (const [key, value] of new URLSearchParams(query)) {
		if (WORDS.includes(key) && /^[a-z]{1,12}$/.test(value)) request[key] = value;
		else if (key === "skip") request.skip = value.split(",").filter(Boolean);
		else if (HOLD.test(key) && /^\d{1,4}$/.test(value)) {
			request.holds = { ...request.holds, [key]: Number(value) };
		}
	}
	return request;
}
