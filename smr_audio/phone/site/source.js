/**
 * Where sessions come from: a server that makes them (`live`), or a folder of ready ones
 * (`static`). The rest of the page knows only this.
 */

import { liveSource } from "./live.js";
import { staticSource } from "./static.js";

/**
 * What is wished for. `routine` or `muscles` say which session; what is not there is left open.
 * @typedef {{routine?: string, muscles?: string[], holds?: Record<string, number>, sets?: number,
 *   sides?: string, tools?: string[], limits?: string[], level?: number, minutes?: number,
 *   talk?: string, pace?: string, dose?: string, voice?: string, metronome?: boolean}} Wish
 *
 * @typedef {{kind: "speech" | "hold" | "cue" | "gate", start_ms: number, end_ms: number,
 *   text?: string, role?: string, cue?: string, technique?: string, side?: "left" | "right" | null,
 *   set?: number}} PlanEvent
 * @typedef {{start_ms: number, end_ms: number, title: string, technique: string | null,
 *   side: "left" | "right" | null}} Chapter
 * @typedef {{title: string, routine: string, duration_ms: number, chapters: Chapter[],
 *   events: PlanEvent[]}} Plan
 *
 * A planned session; `estimated` if lines are not spoken yet, so that times may still move.
 * @typedef {{session: string, ready: boolean, estimated: boolean, plan: Plan,
 *   warnings: string[]}} Answer
 *
 * @typedef {{id: string, title: string}} Named
 * @typedef {Named & {about: string, tools: string[], muscles: string[], duration_ms?: number,
 *   bytes?: number, cover?: string}} Card
 * @typedef {Named & {muscle: string, tools: string[], sides: 1 | 2, level: number,
 *   hold: {least: number, default: number, most: number}}} Technique
 *
 * What there is. A source that makes nothing has only cards.
 * @typedef {{title: string, cards: Card[], techniques: Technique[], tools: Named[],
 *   limits: (Named & {medical: boolean})[], muscles: Named[], voices: Named[],
 *   choices: Record<string, string[]>, profile: Record<string, any>}} Library
 *
 * @typedef {{state: string, done: number, total: number}} Progress
 * @typedef {{audio: string, cover: string, links: {href: string, title: string, save: boolean}[]}
 *   } Files
 *
 * @typedef {object} Source
 * @property {boolean} makes whether sessions can be changed and made here
 * @property {() => Promise<Library>} library
 * @property {(wish: Wish, signal?: AbortSignal) => Promise<Answer>} plan
 * @property {(answer: Answer, onProgress: (progress: Progress) => void, signal: AbortSignal) =>
 *   Promise<Answer>} make makes the sound if need be
 * @property {(answer: Answer) => Files} files
 */

/**
 * The source that the page was published for.
 * @returns {Source}
 */
export function chooseSource() {
  return document.documentElement.dataset.source === "static" ? staticSource() : liveSource();
}
