// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IProofSystem} from "../../src/interfaces/IProofSystem.sol";

/// @notice Stand-ins for the verifiers of other projects that really verify: with a Groth16 proof system, under one key.
abstract contract HonestVerifier {
    IProofSystem internal immutable GROTH16;
    bytes32 internal immutable KEY_ID;

    error InvalidProof();

    constructor(IProofSystem groth16, bytes32 keyId) {
        (GROTH16, KEY_ID) = (groth16, keyId);
    }

    function _check(uint256[] memory signals, bytes memory proof) internal view {
        if (!GROTH16.verify(KEY_ID, signals, proof)) revert InvalidProof();
    }
}

/// @notice As RISC Zero's verifier of one release: `verify` reverts on a bad seal.
contract HonestRiscZeroVerifier is HonestVerifier {
    bytes32 internal immutable CONTROL_ROOT;
    uint256 internal immutable CONTROL_ID;
    bytes4 internal immutable SELECTOR;

    constructor(
        IProofSystem groth16,
        bytes32 keyId,
        bytes32 controlRoot,
        uint256 controlId,
        bytes4 selector
    )
        HonestVerifier(groth16, keyId)
    {
        (CONTROL_ROOT, CONTROL_ID, SELECTOR) = (controlRoot, controlId, selector);
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view {
        if (bytes4(seal[:4]) != SELECTOR) revert InvalidProof();
        bytes32 output = sha256(bytes.concat(sha256("risc0.Output"), journalDigest, bytes32(0), hex"0200"));
        bytes32 halted = hex"a3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2";
        bytes32 claim = sha256(
            bytes.concat(
                sha256("risc0.ReceiptClaim"), bytes32(0), imageId, halted, output, hex"0000000000000000", hex"0400"
            )
        );
        uint256[] memory signals = new uint256[](5);
        (signals[0], signals[1]) = _split(CONTROL_ROOT);
        (signals[2], signals[3]) = _split(claim);
        signals[4] = CONTROL_ID;
        _check(signals, seal[4:]);
    }

    function _split(bytes32 digest) internal pure returns (uint256 low, uint256 high) {
        for (uint256 i = 16; i > 0; --i) {
            low = (low << 8) | uint8(digest[i - 1]);
            high = (high << 8) | uint8(digest[i + 15]);
        }
    }
}

/// @notice As RISC Zero's set verifier 0.9: a claim is in a set whose root a seal proves, or that was submitted before.
contract HonestRiscZeroSetVerifier {
    struct Seal {
        bytes32[] path;
        bytes rootSeal;
    }

    HonestRiscZeroRouter internal immutable ROUTER;
    bytes32 internal immutable IMAGE_ID;

    mapping(bytes32 root => bool) internal _roots;

    error InvalidProof();

    constructor(HonestRiscZeroRouter router, bytes32 imageId) {
        (ROUTER, IMAGE_ID) = (router, imageId);
    }

    function submitMerkleRoot(bytes32 root, bytes calldata seal) external {
        ROUTER.verify(seal, IMAGE_ID, sha256(bytes.concat(IMAGE_ID, bytes32(uint256(1 << 255)), root)));
        _roots[root] = true;
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view {
        Seal memory inclusion = abi.decode(seal[4:], (Seal));
        bytes32 node = keccak256(bytes.concat("LEAF_TAG", ROUTER.claimDigest(imageId, journalDigest)));
        for (uint256 i; i < inclusion.path.length; ++i) {
            bytes32 other = inclusion.path[i];
            node = node < other ? keccak256(bytes.concat(node, other)) : keccak256(bytes.concat(other, node));
        }
        if (inclusion.rootSeal.length == 0) {
            if (!_roots[node]) revert InvalidProof();
        } else {
            bytes32 journal = sha256(bytes.concat(IMAGE_ID, bytes32(uint256(1 << 255)), node));
            ROUTER.verify(inclusion.rootSeal, IMAGE_ID, journal);
        }
    }
}

/// @notice As RISC Zero's router: the seal's selector says which verifier is asked; a stopped one is asked no more.
contract HonestRiscZeroRouter {
    mapping(bytes4 selector => HonestRiscZeroVerifier verifier) internal _verifiers;

    error SelectorUnknown(bytes4 selector);

    function setVerifier(bytes4 selector, HonestRiscZeroVerifier verifier) external {
        _verifiers[selector] = verifier;
    }

    function verify(bytes calldata seal, bytes32 imageId, bytes32 journalDigest) external view {
        HonestRiscZeroVerifier verifier = _verifiers[bytes4(seal)];
        if (address(verifier) == address(0)) revert SelectorUnknown(bytes4(seal));
        verifier.verify(seal, imageId, journalDigest);
    }

    function claimDigest(bytes32 imageId, bytes32 journalDigest) external pure returns (bytes32) {
        bytes32 output = sha256(bytes.concat(sha256("risc0.Output"), journalDigest, bytes32(0), hex"0200"));
        bytes32 halted = hex"a3acc27117418996340b84e5a90f3ef4c49d22c79e44aad822ec9c313e1eb8e2";
        bytes32 tag = sha256("risc0.ReceiptClaim");
        return sha256(bytes.concat(tag, bytes32(0), imageId, halted, output, hex"0000000000000000", hex"0400"));
    }
}

/// @notice As SP1's verifier of v6.1.0: `verifyProof` reverts on a bad proof.
contract HonestSp1Verifier is HonestVerifier {
    bytes4 internal immutable SELECTOR;
    uint256 internal immutable VK_ROOT;

    constructor(IProofSystem groth16, bytes32 keyId, bytes4 selector, uint256 vkRoot) HonestVerifier(groth16, keyId) {
        (SELECTOR, VK_ROOT) = (selector, vkRoot);
    }

    function verifyProof(bytes32 programVKey, bytes calldata publicValues, bytes calldata proofBytes) external view {
        (uint256 exitCode, uint256 vkRoot, uint256 nonce, bytes memory proof) = (
            uint256(bytes32(proofBytes[4:36])),
            uint256(bytes32(proofBytes[36:68])),
            uint256(bytes32(proofBytes[68:100])),
            proofBytes[100:]
        );
        if (bytes4(proofBytes[:4]) != SELECTOR || exitCode != 0 || vkRoot != VK_ROOT) revert InvalidProof();
        uint256[] memory signals = new uint256[](5);
        signals[0] = uint256(programVKey);
        signals[1] = uint256(sha256(publicValues)) % 2 ** 253;
        (signals[3], signals[4]) = (vkRoot, nonce);
        _check(signals, proof);
    }
}

/// @notice As World ID's router: `verifyProof` reverts on a bad proof, another group, and a root it does not know.
contract HonestWorldIdRouter is HonestVerifier {
    uint256 internal immutable GROUP_ID;
    uint256 internal immutable ROOT;

    constructor(IProofSystem groth16, bytes32 keyId, uint256 groupId, uint256 root) HonestVerifier(groth16, keyId) {
        (GROUP_ID, ROOT) = (groupId, root);
    }

    function verifyProof(
        uint256 root,
        uint256 groupId,
        uint256 signalHash,
        uint256 nullifierHash,
        uint256 externalNullifierHash,
        uint256[8] calldata proof
    )
        external
        view
    {
        if (root != ROOT || groupId != GROUP_ID) revert InvalidProof();
        uint256[] memory signals = new uint256[](4);
        (signals[0], signals[1], signals[2], signals[3]) = (root, nullifierHash, signalHash, externalNullifierHash);
        _check(signals, abi.encode(proof));
    }
}

/// @notice As a verifier that EZKL generated for one circuit: not declared `view`, reverts on a bad proof.
contract HonestHalo2Verifier is HonestVerifier {
    constructor(IProofSystem groth16, bytes32 keyId) HonestVerifier(groth16, keyId) {}

    /// @dev Not `view`, as generated verifiers are not; `virtual` keeps the compiler from asking for it.
    function verifyProof(bytes calldata proof, uint256[] calldata instances) public virtual returns (bool) {
        _check(instances, proof);
        return true;
    }
}

/// @notice As EZKL's reusable verifier: the artifact must be registered, and the answer is the words 1, the artifact's hash
/// and rescaled instances without a length. A Groth16 key stands for the artifact.
contract HonestReusableVerifier is HonestVerifier {
    mapping(bytes32 digest => bool) internal _registered;

    constructor(IProofSystem groth16, bytes32 keyId) HonestVerifier(groth16, keyId) {}

    function registerVka(bytes32[] calldata vka) external {
        _registered[keccak256(abi.encodePacked(vka))] = true;
    }

    function verifyProof(bytes calldata proof, uint256[] calldata instances, bytes32[] calldata vka) external virtual {
        bytes32 digest = keccak256(abi.encodePacked(vka));
        if (!_registered[digest] || keccak256(GROTH16.keyData(KEY_ID)) != digest) revert InvalidProof();
        _check(instances, proof);
        bytes memory answer = abi.encodePacked(uint256(1), digest, instances);
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}

/// @notice As zkVerify's aggregation contract: roots by domain and aggregation, and keccak Merkle paths under them.
contract HonestAggregations {
    mapping(uint256 domainId => mapping(uint256 aggregationId => bytes32 root)) internal _roots;

    function submit(uint256 domainId, uint256 aggregationId, bytes32 root) external {
        _roots[domainId][aggregationId] = root;
    }

    /// @dev Leaves are hashed once more; a node without a right neighbour goes up a level as it is.
    function verifyProofAggregation(
        uint256 domainId,
        uint256 aggregationId,
        bytes32 leaf,
        bytes32[] calldata merklePath,
        uint256 leafCount,
        uint256 index
    )
        external
        view
        returns (bool)
    {
        if (index >= leafCount) return false;
        bytes32 node = keccak256(abi.encodePacked(leaf));
        uint256 used;
        for (uint256 width = leafCount; width > 1; width = (width + 1) / 2) {
            if (index % 2 == 1 || index + 1 < width) {
                if (used == merklePath.length) return false;
                bytes32 sibling = merklePath[used++];
                node = index % 2 == 1
                    ? keccak256(abi.encodePacked(sibling, node))
                    : keccak256(abi.encodePacked(node, sibling));
            }
            index /= 2;
        }
        return used == merklePath.length && node == _roots[domainId][aggregationId] && node != 0;
    }
}
