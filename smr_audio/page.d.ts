/**
 * The types that the page's JSDoc names; they are not in page/, since no browser needs them.
 * `npx -p typescript tsc -p smr_audio/jsconfig.json` checks the page against them.
 */

type Side = "left" | "right" | null;

/**
 * The JSON of `api/plan`: `routine` or `muscles` say which session. The others are options by the
 * names in `choices`, `ranges` and `profile` of the library; what is left out stays open.
 */
type SessionRequest = {
  routine?: string; muscles?: string[]; holds?: Record<string, number>; skip?: string[];
  tools?: string[]; limits?: string[]; minutes?: number; [option: string]: any;
};

/** A plan of the format `smr-audio/plan-1`, as far as the page reads it; `name` has no side. */
type PlanEvent = {
  kind: "speech" | "hold" | "cue" | "gate" | "rest" | "pause"; start_ms: number; end_ms: number; text?: string;
  role?: string; cue?: string; technique?: string; side?: Side; set?: number; between?: string;
};
type Chapter = {
  start_ms: number; end_ms: number; title: string; name: string; technique: string | null;
  side: Side;
  picture?: { src: string; alt: string };
};
type Plan = {
  title: string; language: string; duration_ms: number; chapters: Chapter[]; events: PlanEvent[];
  talk?: { techniques: Record<string, string>; safety: string };
};

/** A planned session; `estimated` if lines are not spoken yet, so that times may still move. */
type Answer = {
  session: string; ready: boolean; estimated: boolean; plan: Plan; warnings: string[];
  options?: LinkOptions; arranged?: Arranged; audio?: string;
};

/** `lang` is the language of the title, which need not be the page's. */
type Named = { id: string; title: string; lang?: string };
type Card = Named & {
  about: string; about_lang?: string; short_on_words?: boolean; tools: string[];
  muscles: string[]; duration_ms?: number; bytes?: number;
  fixed?: boolean; whole?: boolean; techniques?: string[];
};
type Technique = Named & {
  muscle: string; tools: string[]; sides: 1 | 2; level: number;
  hold: { least: number; default: number; most: number };
};

/** What there is. A source that makes nothing has only cards. */
type Library = {
  /** Of all sound of a published site. */
  bytes?: number;
  title: string; cards: Card[]; techniques: Technique[]; tools: Named[];
  limits: (Named & { medical: boolean })[]; muscles: Named[]; voices: Named[];
  choices: Record<string, string[]>; ranges: Record<string, number[]>;
  profile: Record<string, any>;
};

type Progress = { state: string; done: number; total: number };
/** `make` gives the address of a file that is made when it is wanted. */
type Link = { href: string; title: string; save: boolean; make?(): Promise<string> };
/** `gone`: what to say when nobody answers, empty where that is no computer at home. */
type Files = { audio: string; cover: string; links: Link[]; gone: string };

/** Where sessions come from. `makes`: whether they can be changed and made there. */
type Source = {
  makes: boolean;
  library(): Promise<Library>;
  plan(request: SessionRequest, signal?: AbortSignal): Promise<Answer>;
  /** Makes the sound if need be. */
  make(answer: Answer, onProgress: (progress: Progress) => void, signal: AbortSignal):
    Promise<Answer>;
  files(answer: Answer): Files;
  /** What must be there for a session to be heard without a network, with any holds. */
  pieces(answer: Answer): Promise<Piece[]>;
  /** The same for all sessions as they may be set. */
  everything(): Promise<Record<string, Piece[]>>;
};

type Player = import("./page/player.js").Player;
type Timeline = import("./page/timeline.js").Timeline;

/** What views share, and what a view is. `stop` is called when it is left. */
type Context = {
  source: Source; player: Player; play(request: SessionRequest, answer: Answer): void; goOn(): void;
  show(): void;
};
type View = { node: HTMLElement; title: string; stop(): void };

/** Where the last session was left, and all that is kept on the phone. */
type Last = {
  request: SessionRequest; title: string; language?: string; at_ms: number; duration_ms: number;
};
type Kept = {
  last?: Last; places?: Record<string, Last>; settings?: Record<string, SessionRequest>;
  history?: { format: string; sessions: any[] };
};

/**
 * What is going on: `next` is the hold to come, `since` when
 * the wait for it began; `line` is what was said last and is still of use, `spoken` if just now.
 */
type Moment = {
  chapter: number; hold: PlanEvent | null; next: PlanEvent | null;
  since: number; line: string; spoken: boolean;
};

/** What a plan has of one technique; `chapter` is its first. */
type Exercise = {
  id: string; chapter: Chapter; sides: Map<Side, { at: number; seconds: number; sets: number }>;
};

type Child = Node | string | null | undefined | false;

/** What stands in the stage while a decision is wanted. */
type PanelKind = "" | "begin" | "gate" | "done" | "failed";

/** `value` null is left open; `start` is where to begin from then. */
type StepperOptions = {
  label: string; value: number | null; range: number[]; step?: number;
  shown(value: number | null): string; onChange(value: number): void; start?(): number;
};
/** `on` is changed in place. */
type ChipsOptions = {
  legend: string; items: Named[]; on: Set<string>; onChange(): void; hint?: string;
};
/** `key` is a name of its own on the page. */
type OneOfOptions = {
  legend: string; key: string; items: { value: string; title: string; hint?: string }[];
  value: string; onChange(value: string): void;
};

/** What `link.mjs` reads: the bytes of a file of the published folder, `end` excluded. */
type Read = (path: string, start?: number, end?: number) => Promise<Uint8Array>;

/** What can be asked of a linked session; what is absent is as it was published. */
type LinkOptions = {
  hold?: Record<string, number>; sides?: string; first?: string; skip?: string[];
  talk?: string | Record<string, string>; safety?: string; bed?: string;
};

/** A part of a session, laid: ticks, islands (frame, segment, ...), timed events, its chapter. */
type Laid = [number, number[], number[][],
  [string, string | null, Side, { name: string; picture?: Chapter["picture"] }]?];
type Block = {
  technique: string; least: number; most: number; seconds: number[]; muscle: string;
  given: Record<string, number>; gate: boolean; floor: boolean;
  leg: boolean; press: number; helps: boolean; tools: Record<string, string[]>;
};

/** `scores/ID.json`: every section of a session in all variants. Times are ticks of 8 ms. */
type Score = {
  format: string; cannot?: string; id: string; title: string; language: string; kbps: number; info: string;
  talk: { asked: string; techniques: Record<string, string> };
  safety: { given: string | null; learn: string }; fixed: Record<string, string>;
  blocks: Block[]; sides: Record<string, [Side, string][][]>;
  about: { ruler: number; then: number; lines: Record<string, number> };
  sections: Record<string, number>; holds: Record<string, [number, number, number]>;
  packs: string[]; segments: number[]; tiles: Record<string, number>; texts: string[];
  laid: Laid[];
  /** The same with a bed, whose loop is tiles 0, -1, ... of `part` frames each. */
  bed?: { name: string; part: number; packs: string[]; segments: number[]; tiles: Record<string, number> };
  part?: number;
};

/** A session as it will be: its blocks with their sides, holds and levels. */
type Wish = {
  blocks: (Block & { level: string; passes: { side: Side; turn: string; seconds: number }[] })[];
  session: string; safety: string; bed?: string;
};
/** `name` tells its bytes from all others. */
/** What a service worker is asked, and how far it is, 0 to 1. */
type Question = Record<string, any>;
type OnPart = (part: number) => void;
type Piece = {
  path: string; start: number; end: number; name: number;
  /** The bytes of it that are heard, where not all are. */
  from?: number; to?: number;
};
type Arranged = {
  wish: Wish; placed: [number, number][]; frames: number; bytes: number; head: Uint8Array;
  pieces: Piece[];
};
