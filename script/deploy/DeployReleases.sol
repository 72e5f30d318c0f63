// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {DeployTypes} from "./DeployTypes.sol";

/// @title DeployReleases
/// @notice Refuses keys of RISC Zero's and SP1's releases that are not routed: those projects stop releases with known flaws in
/// their own routers, and a key that checks proofs in this registry by itself knows nothing of that.
abstract contract DeployReleases is DeployTypes {
    /// @dev Names in the system ids of RiscZeroProofSystem and Sp1ProofSystem, and of set builders, which are no system.
    bytes32 internal constant RISC_ZERO = keccak256("risc0-groth16");
    bytes32 internal constant SP1 = keccak256("sp1-groth16-v6");
    string internal constant RISC_ZERO_SET = "risc0-set";
    /// @dev Words of the selector in IRiscZeroProofSystem.Key and ISp1ProofSystem.Key, and of the set builder in the former.
    uint256 internal constant RISC_ZERO_SELECTOR = 4;
    uint256 internal constant RISC_ZERO_SET_BUILDER = 6;
    uint256 internal constant SP1_SELECTOR = 1;

    error Deploy_ReleaseNotRouted(string key, string proofSystem, bytes4 selector);

    function checkRelease(Release[] memory releases, KeyFile memory key) public pure {
        bytes32 system = keccak256(bytes(key.proofSystem));
        if (system == SP1) _check(releases, key, key.proofSystem, bytes4(_word(key.keyData, SP1_SELECTOR)));
        if (system != RISC_ZERO) return;
        _check(releases, key, key.proofSystem, bytes4(_word(key.keyData, RISC_ZERO_SELECTOR)));
        bytes32 builder = _word(key.keyData, RISC_ZERO_SET_BUILDER);
        if (builder == 0) return;
        bytes32 tag = sha256("risc0.SetInclusionReceiptVerifierParameters");
        _check(releases, key, RISC_ZERO_SET, bytes4(sha256(abi.encodePacked(tag, builder, hex"0100"))));
    }

    function _check(
        Release[] memory releases,
        KeyFile memory key,
        string memory proofSystem,
        bytes4 selector
    )
        private
        pure
    {
        for (uint256 i; i < releases.length; ++i) {
            bool same = keccak256(bytes(releases[i].proofSystem)) == keccak256(bytes(proofSystem));
            if (same && releases[i].selector == selector) return;
        }
        revert Deploy_ReleaseNotRouted(key.name, proofSystem, selector);
    }

    /// @dev Zero past the end: the proof system refuses a key of another length.
    function _word(bytes memory data, uint256 index) private pure returns (bytes32 word) {
        if (data.length < 32 * (index + 1)) return 0;
        assembly ("memory-safe") {
            word := mload(add(add(data, 0x20), mul(index, 0x20)))
        }
    }
}
