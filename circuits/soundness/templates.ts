import { ENCRYPTION_KEY } from './cases.ts'

/** A template compiled alone, with inputs that take it through its cases. */
export interface Template {
  readonly file: string
  readonly main: string
  readonly inputs: readonly Readonly<Record<string, unknown>>[]
  /** Constraints that follow from others, by class, with the reason. */
  readonly redundant?: Readonly<Record<string, string>>
}

const bits = (value: bigint, n: number): bigint[] => Array.from({ length: n }, (_, i) => (value >> BigInt(i)) & 1n)
const box = (c: number, x: number, y: number, w: number, h: number): bigint =>
  BigInt(c) + (BigInt(x) << 8n) + (BigInt(y) << 24n) + (BigInt(w - 1) << 40n) + (BigInt(h - 1) << 56n)

const EMPTY = [0, 0, 0, 0, 0]
const POINT = 987654321987654321n
const BYTES = [1, 2, 4, 8, 16, 32, 64, 128]
const scalarRules = (max: number, itemCount: number, isSet = 0): bigint =>
  BigInt(isSet) |
  (4n << 8n) |
  (BigInt(itemCount) << 24n) |
  (1n << 40n) |
  (5_000n << 56n) |
  (BigInt(max) << 72n) |
  (1n << 80n)
const boxRules = (maxClass: number, itemCount: number): bigint =>
  2n |
  (4n << 8n) |
  (BigInt(itemCount) << 24n) |
  (1n << 40n) |
  (BigInt(maxClass) << 72n) |
  (640n << 80n) |
  (480n << 96n) |
  (1n << 112n)
const scalarGold = {
  active: [1, 1, 1, 1],
  mask: [0b1010],
  value: [3n | (9n << 8n)],
  goldCount: 2,
  isSet: 0,
  tolerance: 1,
  point: POINT,
}

const hiddenStatement = {
  context: 1n,
  alpha: 2n,
  commitmentContext: 3n,
  salt: 4n,
  rules: 5n,
  word: [6n],
  goldSalt: 7n,
  mask: [8n],
  values: [9n],
}

/** Every template of src, small. Their callers are the circuits of circuits.json. */
export const templates: readonly Template[] = [
  { file: 'lib/hash.circom', main: 'VectorHash(2)', inputs: [{ in: [1n, 2n] }] },
  { file: 'lib/hash.circom', main: 'Keystream(2)', inputs: [{ secret: [1n, 2n] }] },
  { file: 'lib/polynomial.circom', main: 'Evaluate(4)', inputs: [{ in: [3n, 0n, 5n, 7n], point: 5n }] },
  { file: 'lib/select.circom', main: 'Total(3)', inputs: [{ bit: [1, 0, 1] }] },
  { file: 'lib/select.circom', main: 'Prefix(8, 1)', inputs: [{ count: 1 }, { count: 4 }, { count: 8 }] },
  { file: 'lib/select.circom', main: 'Prefix(8, 0)', inputs: [{ count: 0 }, { count: 4 }, { count: 8 }] },
  {
    file: 'lib/select.circom',
    main: 'Compact(4, 3)',
    inputs: [{ code: [5n, 6n, 7n, 8n], mark: [0n, 1n, 0n, 1n], picked: [6n, 8n, 0n], point: POINT }],
  },
  {
    file: 'label/gold.circom',
    main: 'PickGold(4, 3)',
    inputs: [{ code: [5n, 6n, 7n, 8n], mark: [1n, 1n, 0n, 1n], point: POINT }],
  },
  { file: 'label/rules.circom', main: 'Slice(3, 0, 3)', inputs: [{ in: [1, 0, 1] }] },
  {
    file: 'label/rules.circom',
    main: 'RulesHeader(4, 80)',
    inputs: [{ rules: scalarRules(0, 3) & ((1n << 72n) - 1n) }],
  },
  {
    file: 'label/rules.circom',
    main: 'ScalarRules(4)',
    inputs: [{ rules: scalarRules(9, 3) }, { rules: scalarRules(255, 4, 1) }],
  },
  { file: 'label/rules.circom', main: 'BoxRules(4)', inputs: [{ rules: boxRules(4, 3) }] },
  { file: 'label/legality.circom', main: 'RangeWeights()', inputs: [1, 9, 128, 255].map((max) => ({ max })) },
  {
    file: 'label/legality.circom',
    main: 'InRange()',
    inputs: [
      { weight: BYTES, in: 77 },
      { weight: [1, 2, 4, 2, 0, 0, 0, 0], in: 8 },
    ],
  },
  {
    file: 'label/legality.circom',
    main: 'ScalarLegality(3)',
    inputs: [
      { code: [0, 255, 17], max: 255, active: [1, 1, 1] },
      { code: [0, 9, 0], max: 9, active: [1, 1, 0] },
      { code: [0, 0, 0], max: 255, active: [0, 0, 0] },
    ],
  },
  {
    file: 'label/legality.circom',
    main: 'BoxLegality()',
    inputs: [
      { weight: [1, 2, 1, 0, 0, 0, 0, 0], width: 640, height: 480, box: [2, 10, 20, 99, 49] },
      { weight: BYTES, width: 65_535, height: 1, box: [200, 0, 0, 65_534, 0] },
    ],
  },
  {
    file: 'label/legality.circom',
    main: 'BoxesLegality(2)',
    inputs: [
      {
        box: [
          [200, 10, 20, 99, 49],
          [0, 0, 0, 0, 0],
        ],
        maxClass: 255,
        width: 640,
        height: 480,
        active: [1, 0],
      },
      {
        box: [
          [0, 0, 0, 0, 0],
          [0, 0, 0, 0, 0],
        ],
        maxClass: 255,
        width: 640,
        height: 480,
        active: [0, 0],
      },
    ],
  },
  { file: 'label/legality.circom', main: 'Pack(5, 8, 3)', inputs: [{ code: [1, 255, 0, 7, 9] }] },
  {
    file: 'label/gold.circom',
    main: 'GoldMask(6)',
    inputs: [
      { mask: [0b10010], active: [1, 1, 1, 1, 1, 0], goldCount: 2 },
      { mask: [0], active: [0, 0, 0, 0, 0, 0], goldCount: 0 },
    ],
  },
  {
    file: 'label/gold.circom',
    main: 'ScalarAgreement()',
    inputs: [0, 1].map((isSet) => ({ a: bits(7n, 8), b: bits(9n, 8), isSet, tolerance: 2, toleranceSquared: 4 })),
  },
  {
    file: 'label/gold.circom',
    main: 'ScalarScore(31)',
    inputs: [
      {
        picked: BYTES.concat(Array(23).fill(0)),
        value: [1n | (3n << 8n)],
        used: [1, 1, ...Array(29).fill(0)],
        isSet: 0,
        tolerance: 0,
      },
    ],
  },
  {
    file: 'label/gold.circom',
    main: 'Min17()',
    inputs: [
      { a: 3, b: 99_999 },
      { a: 5, b: 5 },
      { a: 9, b: 0 },
    ],
  },
  {
    file: 'label/gold.circom',
    main: 'Overlap()',
    inputs: [
      { a: 3, la: 10, b: 7, lb: 20 },
      { a: 0, la: 1, b: 65_535, lb: 65_536 },
    ],
  },
  {
    file: 'label/gold.circom',
    main: 'BoxAgreement()',
    inputs: [box(1, 15, 10, 20, 20), box(2, 90, 90, 5, 5)].map((b) => ({
      a: bits(box(1, 10, 10, 20, 20), 72),
      b: bits(b, 72),
      iouBps: 5_000,
    })),
  },
  {
    file: 'label/gold.circom',
    main: 'BoxScore(3)',
    inputs: [
      {
        picked: [box(1, 15, 10, 20, 20), box(3, 0, 0, 5, 5), 0n],
        value: [box(1, 10, 10, 20, 20) | (box(2, 1, 1, 9, 9) << 72n)],
        used: [1, 1, 0],
        iouBps: 5_000,
      },
    ],
  },
  { file: 'label/gold.circom', main: 'ScalarGold(4, 31)', inputs: [{ ...scalarGold, code: [1, 4, 5, 7] }] },
  {
    file: 'label/gold.circom',
    main: 'BoxGold(4, 3)',
    inputs: [
      { mask: [0b111], goldCount: 3, value: [0, 0, 3].map((c) => box(c, 10, 10, 20, 20)) },
      { mask: [0b010], goldCount: 1, value: [box(2, 10, 10, 20, 20), 0n, 0n] },
    ].map(({ value, ...gold }) => ({
      code: [box(1, 10, 10, 20, 20), box(2, 12, 10, 20, 20), box(4, 10, 10, 20, 20), 0n],
      active: [1, 1, 1, 0],
      value: [value.reduce((word, code, i) => word | (code << BigInt(72 * i)), 0n)],
      iouBps: 5_000,
      point: POINT,
      ...gold,
    })),
  },
  {
    file: 'label/gold.circom',
    main: 'ReachThreshold()',
    inputs: [
      { agreements: 13, goldCount: 16, thresholdBps: 8_000 },
      { agreements: 0, goldCount: 62, thresholdBps: 0 },
    ],
  },
  { file: 'label/gold.circom', main: 'GoldCommitment(1, 1)', inputs: [{ salt: 5n, mask: [3n], value: [6n] }] },
  {
    file: 'label/labels.circom',
    main: 'ScalarLabels(4)',
    inputs: [
      { rules: scalarRules(255, 1), codes: [99, 0, 0, 0] },
      { rules: scalarRules(255, 3), codes: [0, 0, 0, 0] },
      { rules: scalarRules(9, 4), codes: [1, 5, 8, 9] },
    ],
  },
  {
    file: 'label/labels.circom',
    main: 'BoxLabels(4)',
    inputs: [
      { rules: boxRules(255, 1), boxes: [[200, 1, 2, 3, 4], EMPTY, EMPTY, EMPTY] },
      { rules: boxRules(255, 3), boxes: [EMPTY, EMPTY, EMPTY, EMPTY] },
      { rules: boxRules(4, 4), boxes: [EMPTY, [3, 0, 0, 639, 479], EMPTY, EMPTY] },
    ],
  },
  {
    file: 'label/delivery.circom',
    main: 'LabelCommitment(1)',
    inputs: [{ commitmentContext: 1n, salt: 2n, word: [3n] }],
  },
  {
    file: 'label/statement.circom',
    main: 'Statement(2, 3)',
    inputs: [{ preimage: [1n, 2n], vector: [3n, 4n, 5n], context: 6n, alpha: 7n }],
  },
  {
    file: 'label/scored.circom',
    main: 'ScoreStatement(1, 1, 1)',
    inputs: [{ ...hiddenStatement, picked: [10n], agreements: 11n }],
  },
  { file: 'label/gold.circom', main: 'UnpackCodes(6, 8, 3)', inputs: [{ word: [0x030201n, 0xff00ffn] }] },
  {
    file: 'label/gold.circom',
    main: 'LegalScalarGold(3)',
    inputs: [
      { gold: [9n, 0n, 0n].map((code) => bits(code, 8)), used: [1, 1, 0], max: 9 },
      { gold: [255n, 200n, 7n].map((code) => bits(code, 8)), used: [1, 1, 1], max: 255 },
    ],
  },
  {
    file: 'label/gold.circom',
    main: 'LegalBoxGold(2)',
    inputs: [
      { gold: [box(3, 0, 0, 640, 480), 0n], used: [1, 0] },
      { gold: [box(0, 639, 479, 1, 1), box(2, 9, 9, 9, 9)], used: [1, 1] },
      { gold: [0n, 0n], used: [1, 0] },
    ].map(({ gold, used }) => ({
      gold: gold.map((code) => bits(code, 72)),
      used,
      maxClass: 3,
      width: 640,
      height: 480,
    })),
  },
  {
    file: 'label/gold.circom',
    main: 'HiddenScalarGold(4, 31)',
    inputs: [{ active: [1, 1, 1, 1], goldCount: 2, max: 9, mask: [0b1010], value: [3n | (9n << 8n)] }],
  },
  {
    file: 'label/gold.circom',
    main: 'HiddenBoxGold(4, 3)',
    inputs: [
      {
        active: [1, 1, 1, 0],
        goldCount: 2,
        mask: [0b101],
        value: [box(3, 0, 0, 640, 480) | (box(1, 5, 5, 5, 5) << 72n)],
      },
      {
        active: [1, 1, 1, 1],
        goldCount: 3,
        mask: [0b1101],
        value: [box(0, 639, 479, 1, 1) | (box(2, 9, 20, 33, 77) << 72n) | (box(3, 0, 479, 640, 1) << 144n)],
      },
      { active: [1, 1, 0, 0], goldCount: 1, mask: [0b10], value: [box(3, 0, 0, 2, 1)] },
      { active: [1, 0, 0, 0], goldCount: 0, mask: [0], value: [0n] },
      // Codes of zero do not say which of them are used.
      { active: [1, 1, 1, 0], goldCount: 3, mask: [0b111], value: [0n] },
    ].map((input) => ({ ...input, maxClass: 3, width: 640, height: 480 })),
  },
  { file: 'label/audit.circom', main: 'PackedCodes(4, 8, 2)', inputs: [{ code: [1, 255, 0, 7] }] },
  {
    file: 'label/audit.circom',
    main: 'PickPairs(4, 3, 8, 3)',
    inputs: [{ slotCode: [5, 6, 255, 8], challengerCode: [9, 0, 255, 2], mark: [0, 1, 1, 0], point: POINT }],
  },
  {
    file: 'label/audit.circom',
    main: 'Sides(4)',
    inputs: [
      { used: [1, 1, 1, 0], slotGold: [1, 0, 1, 0], challengerGold: [0, 0, 1, 1], slotChallenger: [0, 1, 1, 0] },
      { used: [1, 1, 1, 1], slotGold: [1, 1, 0, 0], challengerGold: [0, 0, 0, 1], slotChallenger: [1, 0, 0, 1] },
    ],
  },
  {
    file: 'label/audit.circom',
    main: 'AuditStatement(1, 1, 1)',
    inputs: [
      {
        ...hiddenStatement,
        challengerCommitmentContext: 11n,
        challengerSalt: 12n,
        challengerWord: [13n],
        slotPicked: [14n],
        challengerPicked: [15n],
        withGold: 16n,
        withChallenger: 17n,
      },
    ],
  },
  {
    file: 'consensus/votes.circom',
    main: 'OpenClasses(4)',
    inputs: [{ commitmentContext: 5n, salt: 6n, codes: [0, 1, 2, 3] }],
  },
  { file: 'consensus/votes.circom', main: 'Assignment(3)', inputs: [{ mask: [0b101n] }, { mask: [0n] }] },
  {
    file: 'consensus/votes.circom',
    main: 'Voter(2)',
    inputs: [
      { used: 1, commitmentContext: 5n, salt: 6n, codes: [3, 1], mask: [2n] },
      { used: 0, commitmentContext: 5n, salt: 6n, codes: [0, 0], mask: [0n] },
    ],
  },
  {
    file: 'consensus/votes.circom',
    main: 'Ballot(3)',
    inputs: [{ weight: 7n, assigned: [1, 1, 0], low: [1, 0, 1], high: [1, 1, 0] }],
  },
  {
    file: 'consensus/votes.circom',
    main: 'Winner()',
    inputs: [
      { count: [1, 2, 3, 4] },
      { count: [4095, 0, 4095, 4095] },
      { count: [0, 5, 4, 0] },
      { count: [0, 0, 0, 0] },
    ],
  },
  {
    file: 'consensus/votes.circom',
    main: 'Agreements(3)',
    inputs: [
      { assigned: [1, 1, 0], low: [1, 0, 1], high: [1, 1, 0], consensusLow: [1, 1, 1], consensusHigh: [1, 1, 0] },
    ],
  },
  { file: 'consensus/votes.circom', main: 'CountCommitment(6)', inputs: [{ salt: 5n, word: [6n, 7n] }] },
  { file: 'consensus/decide.circom', main: 'UnpackCounts(6)', inputs: [{ word: [(1n << 240n) - 5n, 1n << 40n] }] },
  {
    file: 'consensus/statement.circom',
    main: 'WholeStatement(2, 99)',
    inputs: [{ vector: [3n, 4n], context: 6n, alpha: 7n }],
  },
  {
    file: 'reputation/tree.circom',
    main: 'LeanRoot(2)',
    inputs: [0, 1, 2].map((depth) => ({ leaf: 7n, depth, right: [1, 0], sibling: [8n, 9n] })),
  },
  { file: 'reputation/tree.circom', main: 'ReputationLeaf()', inputs: [{ secret: 1n, blinding: 2n, score: 9_000n }] },
  {
    file: 'reputation/reputation.circom',
    main: 'PairwiseDistinct(3)',
    inputs: [
      { value: [5n, 6n, 7n], used: [1, 1, 1] },
      { value: [5n, 6n, 5n], used: [1, 1, 0] },
      { value: [5n, 5n, 5n], used: [1, 0, 0] },
    ],
  },
]

const voters = {
  context: 1n,
  alpha: 2n,
  workers: 2,
  commitmentContext: [11n, 12n],
  salt: [21n, 22n],
  codes: [
    [1, 3, 0],
    [2, 3, 1],
  ],
  mask: [[0b111n], [0b011n]],
}

/** The second position unused. */
const alone = { ...voters, workers: 1, mask: [[0b101n], [0n]] }
/** The first position used by a worker whose votes count for nothing. */
const weightless = { ...voters, mask: [[0n], [0b011n]] }

/** The circuits about several workers and about reputation, small: thousands of constraints by their hashes. */
export const smallCircuits: readonly Template[] = [
  {
    file: 'consensus/consensus.circom',
    main: 'MajorityConsensus(3, 2)',
    inputs: [
      { ...voters, weight: [1, 2] },
      { ...alone, weight: [1, 0] },
      { ...weightless, weight: [0, 2] },
    ].map((input) => ({ ...input, taskContext: 31n, outSalt: 32n })),
  },
  {
    file: 'consensus/tally.circom',
    main: 'Tally(3, 2)',
    inputs: [
      { ...voters, weight: [1, 15] },
      { ...alone, weight: [1, 0] },
      { ...weightless, weight: [0, 15] },
    ].map((input) => ({ ...input, previous: [77n << 60n], previousSalt: 41n, nextSalt: 42n })),
  },
  {
    file: 'consensus/decide.circom',
    main: 'Decide(3)',
    inputs: [{ context: 1n, alpha: 2n, taskContext: 31n, counts: [(77n << 60n) + 9n], countsSalt: 41n, outSalt: 32n }],
  },
  {
    file: 'consensus/agree.circom',
    main: 'Agree(3, 2)',
    inputs: [voters, alone, weightless].map((input) => ({
      ...input,
      taskContext: 31n,
      outSalt: 32n,
      consensus: [2, 3, 0],
    })),
  },
  {
    file: 'statistic/statistic.circom',
    main: 'CommittedSum(3)',
    inputs: [{ values: [1, 255, 0], salt: 5n, context: 6n }],
  },
]

const delivery = {
  context: 1n,
  alpha: 2n,
  commitmentContext: 3n,
  salt: 4n,
  rules: 5n,
  word: [6n],
  ephemeralScalar: 0x1234567n,
  encryptionKey: ENCRYPTION_KEY,
}

/** The templates with elliptic curve arithmetic: thousands of constraints however small the rest. */
export const curveTemplates: readonly Template[] = [
  {
    file: 'label/delivery.circom',
    main: 'Encrypt(1)',
    inputs: [{ scalar: 0x1234567n, publicKey: ENCRYPTION_KEY, word: [6n], salt: 4n }],
  },
  { file: 'label/legalDelivery.circom', main: 'LegalStatement(1)', inputs: [delivery] },
  {
    file: 'label/openGold.circom',
    main: 'OpenGoldStatement(1, 1, 1)',
    inputs: [{ ...delivery, mask: [7n], values: [8n], picked: [9n] }],
  },
]
