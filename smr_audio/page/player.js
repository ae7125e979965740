/**
 * Plays a session through one plain <audio>, by its plan: chapters, gates, and where it was left.
 *
 * Fires `change` when anything but the time changed, `time` when the time did.
 */

import { Timeline, moved } from "./timeline.js";

export const STEP_MS = 10000;
// A press this soon after we paused at a gate is the pause that the voice asked for.
const LATE_MS = 3000;
// A sound whose time stands still for so long does not come.
const STALLED_MS = 8000;
// While time moves nothing is waited for, whatever the browser says of its data.
const MOVING_MS = 500;
// As far within a gate as a browser may be wrong about the time.
const SURE_MS = 100;
// What a second element needs to get ready, and to begin; and how often is looked.
const AHEAD_MS = 600;
const SOON_MS = 70;
const TICK_MS = 5;
const MOST_TICKS = 100;
const OUT_S = 0.1;
const PATIENCE_MS = 8000;

export class Player extends EventTarget {
	/** @type {Timeline | null} */
	timeline = null;
	/** Where to begin once the length is known: a seek before that gets lost on some phones. */
	#pendingMs = 0;
	/** When we paused at a gate by ourselves; null once the listener has pressed or moved. */
	#waitingSince = /** @type {number | null} */ (null);
	failed = false;
	/** Where it was at the last look, and when it last was elsewhere or in another state. */
	#lastMs = 0;
	#movedAt = 0;

	/** @param {HTMLAudioElement} audio */
	constructor(audio) {
		super();
		this.audio = audio;
		this.#attach(audio);
	}

	/** Listen to an element for as long as it is the one that plays. @param {HTMLAudioElement} audio */
	#attach(audio) {
		/** @type {(type: string, act: () => void) => void} */
		const on = (type, act) => audio.addEventListener(type, () => {
			if (audio === this.audio) act();
		});
		for (const type of ["play", "pause", "ended", "playing", "waiting", "seeked"]) {
			on(type, () => this.#changed());
		}
		on("timeupdate", () => this.#moved());
		on("loadedmetadata", () => {
			if (this.#pendingMs) audio.currentTime = this.#pendingMs / 1000;
			this.#moved();
		});
		on("error", () => {
			if (!this.timeline) return;  // emptied on leaving
			this.#pendingMs = this.ms;
			this.failed = true;
			this.#changed();
		});
	}

	/** An element for `swap`. WebKit lets one that a tap made play however long the rest takes. */
	spare() {
		const next = /** @type {HTMLAudioElement} */ (this.audio.cloneNode(false));
		next.removeAttribute("id");
		next.removeAttribute("src");
		return next;
	}

	/**
	 * Play another form of the session from where it is now. A second element gets ready meanwhile
	 * and takes over when the first comes to the same place, so nothing is missed.
	 * @type {(plan: Plan, url: string, next: HTMLAudioElement) => Promise<void>}
	 */
	async swap(plan, url, next) {
		const old = this.audio;
		const from = /** @type {Timeline} */ (this.timeline);
		const to = new Timeline(plan);
		next.src = url;
		next.load();
		const place = () => moved(from, to, this.ms) + (this.playing ? AHEAD_MS : 0);
		try {
			await heard(next, "loadedmetadata");
			do {  // until it is ready before its place has passed
				next.currentTime = place() / 1000;
				await heard(next, "seeked");
				if (next.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) await heard(next, "canplay");
			} while (this.playing && next.currentTime * 1000 - moved(from, to, this.ms) < SOON_MS);
			while (this.playing && next.currentTime * 1000 - moved(from, to, this.ms) > SOON_MS) {
				await new Promise((resolve) => setTimeout(resolve, TICK_MS));
			}
			const begun = next.currentTime;
			if (this.playing) await next.play();
			// A sound takes a moment to come out: until then the old one goes on.
			for (let n = 0; n < MOST_TICKS && this.playing && next.currentTime < begun + OUT_S; n += 1) {
				await new Promise((resolve) => setTimeout(resolve, TICK_MS));
			}
			if (this.audio !== old || this.timeline !== from) throw new Error("left");
			if (!this.playing) next.pause();  // a press, or a gate
			this.timeline = to;
			this.audio = next;
			this.#attach(next);
			old.pause();
			old.replaceWith(next);
			URL.revokeObjectURL(old.src);  // of a whole session in memory
			next.id = old.id;
			this.#waitingSince = null;
		} catch (error) {
			next.removeAttribute("src");
			next.load();
			throw error;
		}
	}

	/** @type {(plan: Plan, url: string, startMs: number) => void} */
	open(plan, url, startMs) {
		this.timeline = new Timeline(plan);
		this.failed = false;
		this.#waitingSince = null;
		this.#pendingMs = startMs;
		this.audio.src = url;
		this.audio.load();
		this.#changed();
	}

	/** Let go of the sound. */
	close() {
		this.timeline = null;
		this.audio.pause();
		this.audio.removeAttribute("src");
		this.audio.load();
	}

	get ms() {
		return this.audio.readyState ? this.audio.currentTime * 1000 : this.#pendingMs;
	}

	get playing() {
		return !this.audio.paused && !this.audio.ended;
	}

	/** @returns {boolean} whether it stands at a gate, until the listener goes on */
	get atGate() {
		return !this.playing && Boolean(this.timeline?.gateAt(this.ms));
	}

	/** @returns {boolean} whether the sound is being waited for */
	get loading() {
		const { readyState, seeking } = this.audio;
		return this.playing && readyState < HTMLMediaElement.HAVE_FUTURE_DATA
			&& (seeking || Date.now() - this.#movedAt > MOVING_MS);
	}

	/** @returns {boolean} whether nothing was heard for long though it plays */
	get stalled() {
		return this.playing && Date.now() - this.#movedAt > STALLED_MS;
	}

	/**
	 * Play on; from a gate that means after it.
	 * @returns {Promise<boolean>} false if the browser wants a tap first
	 */
	async play() {
		const gate = !this.playing && this.timeline?.gateAt(this.ms);
		if (gate) this.#place(gate.end_ms);
		this.#waitingSince = null;
		try {
			await this.audio.play();
		} catch (error) {
			// An AbortError is a pause that came first; a sound that failed has its own event.
			return /** @type {Error} */ (error).name !== "NotAllowedError";
		}
		return true;
	}

	/** Pause as the listener wants it; shortly before a gate that means at the gate. */
	pause() {
		const gate = this.playing && this.timeline?.gateAhead(this.ms);
		this.audio.pause();
		this.#waitingSince = null;
		if (gate) this.#place(gate.start_ms + SURE_MS);
	}

	/** A button that plays, but that of the gate itself: it may have been meant to pause. */
	resume() {
		const since = this.#waitingSince;
		if (since !== null && Date.now() - since < LATE_MS) this.pause();
		else void this.play();
	}

	toggle() {
		if (this.playing) this.pause();
		else this.resume();
	}

	/** @param {number} ms */
	seek(ms) {
		const since = this.#waitingSince;
		this.#waitingSince = null;
		this.#place(ms);
		// We paused there, not the listener: a listener who leaves the gate wants sound.
		if (since !== null && !this.timeline?.gateAt(ms)) void this.play();
	}

	/** @param {number} ms on, or back if below 0 */
	by(ms) {
		this.seek(this.ms + ms);
	}

	next() {
		const { timeline } = this;
		const following = timeline?.plan.chapters[timeline.chapterAt(this.ms) + 1];
		if (following) this.seek(following.start_ms);
	}

	previous() {
		if (this.timeline) this.seek(this.timeline.previousStart(this.ms));
	}

	/** Leave the rest of this technique out. */
	skipTechnique() {
		const { timeline } = this;
		if (timeline) this.seek(timeline.afterTechnique(timeline.chapterAt(this.ms)));
	}

	/** See whether a gate was reached. Called with every frame and `timeupdate`. */
	check() {
		if (this.ms !== this.#lastMs) this.#movedAt = Date.now();
		this.#lastMs = this.ms;
		if (this.playing && !this.audio.seeking && this.timeline?.gateAt(this.ms)) {
			this.#waitingSince = Date.now();
			this.audio.pause();
		}
	}

	/** @param {number} ms */
	#place(ms) {
		const within = Math.max(0, Math.min(ms, (this.timeline?.plan.duration_ms ?? 0) - 1));
		if (this.audio.readyState) this.audio.currentTime = within / 1000;
		else this.#pendingMs = within;
		this.#moved();
	}

	#moved() {
		if (!this.timeline) return;
		this.check();
		this.dispatchEvent(new Event("time"));
	}

	#changed() {
		this.#movedAt = Date.now();
		if (this.timeline) this.dispatchEvent(new Event("change"));
	}
}

/** Wait for an event of an element that loads. @type {(audio: HTMLAudioElement, type: string) => Promise<void>} */
function heard(audio, type) {
	return new Promise((resolve, reject) => {
		const fail = () => reject(new Error(type));
		audio.addEventListener(type, () => resolve(), { once: true });
		audio.addEventListener("error", fail, { once: true });
		setTimeout(fail, PATIENCE_MS);
	});
}
