/** What a plan says of a moment. All times are milliseconds, all ranges half-open. */

const SHORT_ROLES = new Set(["go", "call", "ease"]);
const DOING_ROLES = new Set(["coach", "move", "setup", "switch", "load"]);
const STALE_MS = 2500;
// A decoder may land a hair before the place it was sent to.
const SLACK_MS = 60;
// A pause so shortly before a gate is one at the gate.
const NEAR_MS = 5000;
// "Previous" within this of a chapter's start means the one before.
const AGAIN_MS = 3000;

export class Timeline {
	/** @param {Plan} plan */
	constructor(plan) {
		this.plan = plan;
		this.holds = plan.events.filter((event) => event.kind === "hold");
		this.gates = plan.events.filter((event) => event.kind === "gate");
		this.speech = plan.events.filter((event) => event.kind === "speech");
	}

	/** @param {number} ms */
	at(ms) {
		const before = this.holds.filter((hold) => hold.end_ms <= ms);
		const chapter = this.chapterAt(ms);
		return {
			chapter,
			hold: this.holds.find((hold) => hold.start_ms <= ms && ms < hold.end_ms) ?? null,
			next: this.holds.find((hold) => hold.start_ms > ms) ?? null,
			since: before.at(-1)?.end_ms ?? 0,
			...this.#lineAt(ms, this.plan.chapters[chapter]),
		};
	}

	/** The chapter's index. @param {number} ms */
	chapterAt(ms) {
		const { chapters } = this.plan;
		const index = chapters.findIndex((chapter) => ms < chapter.end_ms - SLACK_MS);
		return index < 0 ? chapters.length - 1 : index;
	}

	/** @param {number} ms */
	gateAt(ms) {
		return this.gates.find((gate) => gate.start_ms <= ms && ms < gate.end_ms - SLACK_MS) ?? null;
	}

	/**
	 * The gate that a pause is meant for: the next one, in the line before it or just before it.
	 * @param {number} ms
	 */
	gateAhead(ms) {
		const gate = this.gates.find((one) => ms < one.start_ms);
		const line = this.speech.filter((one) => gate && one.start_ms < gate.start_ms).pop();
		const asked = line && line.start_ms <= ms && ms < line.end_ms;
		return gate && (asked || gate.start_ms - ms <= NEAR_MS) ? gate : null;
	}

	/**
	 * Where "previous" leads: the start of the chapter, or of the one before if it just began.
	 * @param {number} ms
	 */
	previousStart(ms) {
		const { chapters } = this.plan;
		const index = this.chapterAt(ms);
		const again = ms - chapters[index].start_ms < AGAIN_MS;
		return chapters[Math.max(0, again ? index - 1 : index)].start_ms;
	}

	/** @param {number} index a chapter of the technique to leave */
	afterTechnique(index) {
		const { chapters, duration_ms } = this.plan;
		const { technique } = chapters[index];
		const after = chapters.find((one, other) => other > index && one.technique !== technique);
		return after?.start_ms ?? duration_ms;
	}

	/**
	 * Where the side that is worked begins again: with the line that puts weight on; null before.
	 * @param {number} ms
	 */
	againAt(ms) {
		const hold = this.holds.filter((one) => one.start_ms <= ms).at(-1);
		return hold && this.chapterAt(hold.start_ms) === this.chapterAt(ms) ? this.#loadBefore(hold) : null;
	}

	/** Where the rest between two sets can end at once; null outside of one. @param {number} ms */
	restEnd(ms) {
		const { hold, next, chapter } = this.at(ms);
		if (hold || !next || this.holdsIn(this.plan.chapters[chapter]).indexOf(next) < 1) return null;
		const at = this.#loadBefore(next);
		return at > ms ? at : null;
	}

	/** @param {PlanEvent} hold */
	#loadBefore(hold) {
		const line = this.speech.filter((one) => one.role === "load" && one.end_ms <= hold.start_ms).at(-1);
		return line?.start_ms ?? hold.start_ms;
	}

	/** What a chapter's gate asks for, line by line. @param {Chapter} chapter */
	gateLines(chapter) {
		return this.speech
			.filter((event) => event.role === "gate" && within(event, chapter))
			.map((event) => event.text ?? "");
	}

	/** @param {Chapter} chapter */
	holdsIn(chapter) {
		return this.holds.filter((hold) => within(hold, chapter));
	}

	/** @type {(ms: number, chapter: Chapter) => {line: string, spoken: boolean}} */
	#lineAt(ms, chapter) {
		const heard = this.speech.filter((event) => event.start_ms <= ms);
		const last = heard.at(-1);
		if (!last) return { line: "", spoken: false };
		if (ms < last.end_ms + STALE_MS || !SHORT_ROLES.has(last.role ?? "")) {
			return { line: last.text ?? "", spoken: ms < last.end_ms };
		}
		// "Halfway." is of no use ten seconds later; what to do still is.
		const doing = heard.filter((e) => DOING_ROLES.has(e.role ?? "") && within(e, chapter));
		return { line: doing.at(-1)?.text ?? "", spoken: false };
	}
}

/** @type {(event: PlanEvent, chapter: Chapter) => boolean} */
function within(event, chapter) {
	return chapter.start_ms <= event.start_ms && event.start_ms < chapter.end_ms;
}

/**
 * Where a moment of a session is in another form of it, with other holds: as long after the start
 * or the end of a hold, or after the start of a chapter.
 * @type {(from: Timeline, to: Timeline, ms: number) => number}
 */
export function moved(from, to, ms) {
	/** @type {[number, number][]} */
	const marks = from.plan.chapters.map((one, i) => [one.start_ms, to.plan.chapters[i].start_ms]);
	from.holds.forEach((one, i) => {
		marks.push([one.start_ms, to.holds[i].start_ms], [one.end_ms, to.holds[i].end_ms]);
	});
	marks.sort(([a], [b]) => a - b);
	const index = Math.max(0, marks.filter(([start]) => start <= ms).length - 1);
	const [was, is] = marks[index];
	const latest = marks[index + 1]?.[1] ?? to.plan.duration_ms;
	return Math.min(is + ms - was, Math.max(is, latest - 1));
}
