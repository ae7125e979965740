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

	/**
	 * @param {number} ms
	 * @returns {number} the chapter's index
	 */
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

	/** Where "next" leads, or null at the last chapter. @param {number} ms */
	nextStart(ms) {
		return this.plan.chapters[this.chapterAt(ms) + 1]?.start_ms ?? null;
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

	/**
	 * @param {number} ms
	 * @param {Chapter} chapter
	 */
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
