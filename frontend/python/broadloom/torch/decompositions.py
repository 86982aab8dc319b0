"""Which operations are taken apart first: PyTorch's core set, and what we have only the parts of."""

import functools

import torch
from torch._decomp import core_aten_decompositions, get_decompositions

from .normalisations import NORMALISATIONS

aten = torch.ops.aten

MORE = [aten._log_softmax, aten._native_batch_norm_legit, aten._native_batch_norm_legit_functional,
        aten._native_batch_norm_legit_no_training, aten._batch_norm_with_update, aten._batch_norm_with_update_functional,
        aten._batch_norm_no_update, aten.batch_norm_backward, aten._softmax, aten._unsafe_masked_index, aten.angle, aten.arange,
        aten.as_strided_copy, aten.dist, aten.elu, aten.empty_like, aten.gelu, aten.hardtanh, aten.leaky_relu,
        aten.linalg_vector_norm, aten.native_batch_norm, aten.native_layer_norm, aten.new_empty_strided,
        aten.nll_loss2d_backward, aten.permute_copy, aten.tril_indices, aten.triu_indices, aten.unbind_copy.int, aten.narrow_copy]
# What we compute as it is, PyTorch's kernels that are better than their parts, and random numbers, which are to be eager's.
AS_THEY_ARE = [aten.roll, aten._scaled_dot_product_flash_attention_for_cpu, aten.bernoulli, aten.native_dropout, aten.rand_like,
               aten.randn_like, aten.randint_like, aten.randn, aten.rand, aten.randint, aten.uniform, aten.normal,
               aten.multinomial, aten.exponential, aten.geometric, aten.baddbmm, aten.index_add, aten.embedding_dense_backward,
               aten.select_scatter, aten.stack]


@functools.cache
def decompositions():
    """By operation, as AOT autograd takes them."""
    kept = {getattr(packet, overload) for packet in AS_THEY_ARE for overload in packet.overloads()}
    table = {**core_aten_decompositions(), **get_decompositions(MORE)}
    return {operation: function for operation, function in table.items() if operation not in kept} | NORMALISATIONS
