/** What the phone itself shows and does: the lock screen, a headset's buttons, the screen's sleep. */

import { t } from "./words.js";

/**
 * Hand the lock screen's and the headset's buttons to a player, until the signal.
 * @type {(player: Player, cover: string, signal: AbortSignal) => void}
 */
export function mediaSession(player, cover, signal) {
	const session = navigator.mediaSession;
	if (!session) return;
	/** @type {Record<string, MediaSessionActionHandler>} */
	const actions = {
		play: () => player.resume(),
		pause: () => player.pause(),
		seekbackward: (details) => player.by(-(details.seekOffset ?? 10) * 1000),
		seekforward: (details) => player.by((details.seekOffset ?? 10) * 1000),
		previoustrack: () => player.previous(),
		nexttrack: () => player.next(),
		seekto: (details) => player.seek((details.seekTime ?? 0) * 1000),
	};
	for (const [action, handler] of Object.entries(actions)) handle(action, handler);
	let shown = "";

	/** @type {(action: string, handler: MediaSessionActionHandler | null) => void} */
	function handle(action, handler) {
		try {
			session.setActionHandler(/** @type {MediaSessionAction} */ (action), handler);
		} catch {
			// An action that this browser does not know: its button is not there then.
		}
	}

	function tell() {
		const { timeline } = player;
		if (!timeline) return;
		const { name, side } = timeline.plan.chapters[timeline.chapterAt(player.ms)];
		const title = player.atGate ? t("set_up")
			: side ? t("side_name", { side: t(side).toUpperCase(), name }) : name;
		if (title !== shown) {
			shown = title;
			const artwork = cover ? [{ src: new URL(cover, document.baseURI).href }] : [];
			session.metadata = new MediaMetadata(
				{ title, artist: "smr-audio", album: timeline.plan.title, artwork });
		}
		session.playbackState = player.playing ? "playing" : "paused";
		const { audio } = player;
		if (!Number.isFinite(audio.duration)) return;
		const position = Math.min(audio.currentTime, audio.duration);
		session.setPositionState({ duration: audio.duration, playbackRate: 1, position });
	}

	player.addEventListener("time", tell, { signal });
	player.addEventListener("change", tell, { signal });
	signal.addEventListener("abort", () => {
		for (const action of Object.keys(actions)) handle(action, null);
		session.metadata = null;
		session.playbackState = "none";
	});
}

/**
 * Keep the screen on while a session plays, until the signal. Browsers cannot on plain HTTP.
 * @type {(player: Player, signal: AbortSignal) => void}
 */
export function wakeLock(player, signal) {
	if (!navigator.wakeLock) return;
	/** @type {WakeLockSentinel | null} */
	let lock = null;
	let asking = false;

	async function settle() {
		const wanted = (player.playing || player.atGate) && document.visibilityState === "visible";
		if (!wanted) {
			void lock?.release();
			lock = null;
		} else if (!lock && !asking) {
			asking = true;
			try {
				lock = await navigator.wakeLock.request("screen");
				lock.addEventListener("release", () => { lock = null; });
			} catch {
				// Low battery, or not allowed: the session is heard all the same.
			}
			asking = false;
		}
	}

	player.addEventListener("change", settle, { signal });
	document.addEventListener("visibilitychange", settle, { signal });
	signal.addEventListener("abort", () => void lock?.release());
}
