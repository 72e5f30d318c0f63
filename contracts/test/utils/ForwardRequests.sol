// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC2771Forwarder} from "@openzeppelin/contracts/metatx/ERC2771Forwarder.sol";
import {Vm} from "forge-std/Vm.sol";

/// @title ForwardRequests
/// @notice Calls signed for the forwarder, as an account without a coin makes them.
library ForwardRequests {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
    uint256 private constant GAS = 1_000_000;
    bytes32 private constant DOMAIN_TYPE =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant REQUEST_TYPE = keccak256(
        "ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)"
    );

    function signedRequest(
        ERC2771Forwarder forwarder,
        uint256 privateKey,
        address to,
        bytes memory data
    )
        internal
        view
        returns (ERC2771Forwarder.ForwardRequestData memory request)
    {
        request.from = VM.addr(privateKey);
        request.to = to;
        request.gas = GAS;
        request.deadline = uint48(VM.getBlockTimestamp());
        request.data = data;
        (, string memory name, string memory version, uint256 chainId, address verifying,,) = forwarder.eip712Domain();
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPE, keccak256(bytes(name)), keccak256(bytes(version)), chainId, verifying));
        bytes32 hash = keccak256(
            abi.encode(
                REQUEST_TYPE,
                request.from,
                to,
                0,
                GAS,
                forwarder.nonces(request.from),
                request.deadline,
                keccak256(data)
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(privateKey, keccak256(abi.encodePacked("\x19\x01", domain, hash)));
        request.signature = abi.encodePacked(r, s, v);
    }
}
