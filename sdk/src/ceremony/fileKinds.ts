/** What a file is, told by its content: names and their endings say nothing. */
export type FileKind =
  | 'groth16 zkey'
  | 'plonk zkey'
  | 'fflonk zkey'
  | 'other zkey'
  | 'ptau'
  | 'r1cs'
  | 'wtns'
  | 'wasm'
  | 'groth16 vkey'
  | 'plonk vkey'
  | 'fflonk vkey'
  | 'proof'
  | 'public signals'
  | 'transcript'
  | 'manifest'
  | 'json'
  | 'web page'
  | 'lfs pointer'
  | 'archive'
  | 'empty'
  | 'unknown'

/** Each kind as the end of "it is …", and what a person may do with it. */
export const FILE_KINDS: Readonly<Record<FileKind, { readonly is: string; readonly advice?: string }>> = {
  'groth16 zkey': { is: 'a Groth16 proving key (zkey)' },
  'plonk zkey': {
    is: 'a PLONK proving key (zkey)',
    advice:
      'PLONK has no ceremony per circuit. Export its verifying key (`snarkjs zkey export verificationkey`) and encode it with `plonkKeyData`, or make a Groth16 key.',
  },
  'fflonk zkey': {
    is: 'an FFLONK proving key (zkey)',
    advice:
      'FFLONK has no ceremony per circuit. Export its verifying key (`snarkjs zkey export verificationkey`) and encode it with `fflonkKeyData`, or make a Groth16 key.',
  },
  'other zkey': { is: 'a proving key (zkey) of an unknown proof system' },
  ptau: { is: 'a powers-of-tau file', advice: 'Give it with --ptau; `veritask ceremony check-ptau` checks it.' },
  r1cs: { is: 'a compiled circuit (r1cs)', advice: 'Give it with --r1cs.' },
  wtns: { is: 'a witness (wtns), which is secret', advice: 'Keep it to yourself: no command here reads it.' },
  wasm: { is: 'a WebAssembly module, as witness calculators are', advice: 'Give it with --wasm.' },
  'groth16 vkey': { is: 'a Groth16 verifying key (JSON)', advice: '`veritask keys audit` reads it.' },
  'plonk vkey': { is: 'a PLONK verifying key (JSON)', advice: 'Encode it with `plonkKeyData`.' },
  'fflonk vkey': { is: 'an FFLONK verifying key (JSON)', advice: 'Encode it with `fflonkKeyData`.' },
  proof: { is: 'a proof (JSON)', advice: 'The verifying key is another file, often verification_key.json.' },
  'public signals': {
    is: 'a list, as public signals are (JSON)',
    advice: 'The verifying key is another file, often verification_key.json.',
  },
  transcript: { is: 'the transcript of a ceremony (JSON)', advice: 'Give it with --transcript.' },
  manifest: { is: 'an artifact manifest (JSON)', advice: 'Give it with --manifest.' },
  json: { is: 'JSON that is no key' },
  'web page': { is: 'a web page', advice: 'The download went wrong: open the address and take the file itself.' },
  'lfs pointer': { is: 'a pointer of Git LFS', advice: 'Fetch the file itself: `git lfs pull`.' },
  archive: { is: 'a compressed file', advice: 'Unpack it first.' },
  empty: { is: 'empty', advice: 'The download or copy went wrong: get the file again.' },
  unknown: { is: 'no file of a known kind' },
}
