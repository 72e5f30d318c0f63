// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @notice The statement of circuits/SPEC.md 1.6 written the slow and obvious way, to compare the contracts against.
library ReferenceStatement {
    uint256 internal constant R = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

    function publicSignals(
        uint256 digest,
        uint256 context,
        uint256[] memory vector
    )
        internal
        pure
        returns (uint256[] memory signals)
    {
        bytes memory packed = abi.encodePacked(digest, context);
        for (uint256 i; i < vector.length; ++i) {
            packed = bytes.concat(packed, bytes32(vector[i]));
        }
        uint256 alpha = uint256(keccak256(packed)) / 256;

        uint256 evaluation;
        uint256 power = 1;
        for (uint256 i; i < vector.length; ++i) {
            evaluation = addmod(evaluation, mulmod(vector[i], power, R), R);
            power = mulmod(power, alpha, R);
        }

        signals = new uint256[](4);
        (signals[0], signals[1], signals[2], signals[3]) = (digest, evaluation, context, alpha);
    }

    function contextOf(
        address module,
        bytes32 taskId,
        uint32 slot,
        address payout,
        bytes32 keyId
    )
        internal
        view
        returns (uint256)
    {
        bytes32 hash = keccak256(abi.encode(block.chainid, module, taskId, slot, payout, keyId));
        return uint256(hash) / 256;
    }

    function concat(uint256[] memory a, uint256[] memory b) internal pure returns (uint256[] memory all) {
        all = new uint256[](a.length + b.length);
        for (uint256 i; i < a.length; ++i) {
            all[i] = a[i];
        }
        for (uint256 i; i < b.length; ++i) {
            all[a.length + i] = b[i];
        }
    }
}
