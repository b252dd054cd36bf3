"""What has a Python name in torch and no row in the table, each with the reason."""

from __future__ import annotations

LEFT_OUT: dict[str, str] = {
    "makes a tensor out of numbers: `is_factory` knows those that make leaves": """
        arange asarray bartlett_window blackman_window empty empty_permuted empty_quantized
        empty_strided eye frombuffer from_dlpack from_file from_numpy full hamming_window
        hann_window kaiser_window linspace logspace ones rand randint randn randperm range
        scalar_tensor tensor tril_indices triu_indices zeros fftfreq rfftfreq new
    """,
    "gives numbers, truth values, memory or nothing, and no tensor": """
        __array__ __bool__ __complex__ __contains__ __deepcopy__ __dlpack__ __dlpack_device__
        __float__ __index__ __int__ __len__ __long__ __nonzero__ allclose broadcast_shapes can_cast
        const_data_ptr cudnn_is_acceptable data_ptr dense_dim dim dim_order element_size equal
        get_device is_coalesced is_complex is_conj is_contiguous is_distributed is_floating_point
        is_inference is_neg is_nonzero is_pinned is_same_size is_set_to is_shared is_signed
        is_storage is_tensor item ndimension nelement numel numpy promote_types qscheme record_stream
        result_type size sparse_dim storage storage_offset storage_type stride to_dlpack tolist
        typename untyped_storage
    """,
    "is no operator but autograd's or Python's own, executed by the interpreter": """
        __array_wrap__ __delitem__ __getitem__ __iter__ __reversed__ __setitem__ __setstate__
        __torch_dispatch__ __torch_function__ as_subclass backward detach detach_ index module_load
        register_hook register_post_accumulate_grad_hook reinforce requires_grad_ retain_grad
        share_memory_
    """,
    "gives a tensor other memory, which is refused where autograd looks": """
        Tensor.resize resize_ resize_as resize_as_ resize_as_sparse_ set_ sparse_resize_
        sparse_resize_and_clear_
    """,
    "calls a Python function on each element, which is refused where autograd looks": """
        apply_ map_ map2_
    """,
    "sets torch up or asks how it is set up": """
        are_deterministic_algorithms_enabled autocast_decrement_nesting autocast_increment_nesting
        clear_autocast_cache compiled_with_cxx11_abi get_autocast_cpu_dtype get_autocast_dtype
        get_autocast_gpu_dtype get_autocast_ipu_dtype get_autocast_xla_dtype get_default_device
        get_default_dtype get_deterministic_debug_mode get_device_module get_file_path
        get_float32_matmul_precision get_num_interop_threads get_num_threads get_rng_state
        init_num_threads initial_seed is_anomaly_check_nan_enabled is_anomaly_enabled
        is_autocast_cache_enabled is_autocast_cpu_enabled is_autocast_enabled
        is_autocast_ipu_enabled is_autocast_xla_enabled
        is_deterministic_algorithms_warn_only_enabled is_grad_enabled is_inference_mode_enabled
        is_vulkan_available is_warn_always_enabled manual_seed prepare_multiprocessing_environment
        profiler_allow_cudagraph_cupti_lazy_reinit_cuda12 seed set_anomaly_enabled
        set_autocast_cache_enabled set_autocast_cpu_dtype set_autocast_cpu_enabled
        set_autocast_dtype set_autocast_enabled set_autocast_gpu_dtype set_autocast_ipu_dtype
        set_autocast_ipu_enabled set_autocast_xla_dtype set_autocast_xla_enabled set_default_device
        set_default_dtype set_default_tensor_type set_deterministic_debug_mode
        set_float32_matmul_precision set_flush_denormal set_num_interop_threads set_num_threads
        set_printoptions set_rng_state set_warn_always thread_safe_generator
        use_deterministic_algorithms
    """,
    "runs, compiles, loads or describes programs": """
        Optional assert_int_or_pair boolean_dispatch classproperty compile cond fork
        handle_torch_function has_torch_function has_torch_function_unary
        has_torch_function_variadic import_ir_module import_ir_module_from_buffer load
        merge_type_from_type_comment parse_ir parse_schema parse_type_comment save
        sym_constrain_range sym_constrain_range_for_size sym_float sym_fresh_size sym_int sym_ite
        sym_max sym_min sym_not sym_sqrt sym_sum unify_type_list vmap wait while_loop
    """,
    "needs a device that CI does not have": """
        batch_norm_backward_elemt batch_norm_backward_reduce batch_norm_elemt
        batch_norm_gather_stats batch_norm_gather_stats_with_counts batch_norm_stats
        batch_norm_update_stats cuda cudnn_affine_grid_generator cudnn_batch_norm cudnn_convolution
        cudnn_convolution_add_relu cudnn_convolution_relu cudnn_convolution_transpose
        cudnn_grid_sampler hsmm hspmm ipu miopen_batch_norm miopen_convolution
        miopen_convolution_add_relu miopen_convolution_relu miopen_convolution_transpose
        miopen_ctc_loss miopen_depthwise_convolution miopen_rnn mkldnn_adaptive_avg_pool2d
        mkldnn_convolution mkldnn_linear_backward_weights mkldnn_max_pool2d mkldnn_max_pool3d
        mkldnn_rnn_layer mtia native_norm pin_memory scaled_grouped_mm scaled_mm to_mkldnn xpu
    """,
    "is of quantized tensors, which do not require grad": """
        choose_qparams_optimized dequantize fbgemm_linear_fp16_weight
        fbgemm_linear_fp16_weight_fp32_activation fbgemm_linear_int8_weight
        fbgemm_linear_int8_weight_fp32_activation fbgemm_linear_quantize_weight
        fbgemm_pack_gemm_matrix_fp16 fbgemm_pack_quantized_matrix fused_moving_avg_obs_fake_quant
        int_repr q_per_channel_axis q_per_channel_scales q_per_channel_zero_points q_scale
        q_zero_point quantize_per_channel quantize_per_tensor quantize_per_tensor_dynamic
        quantized_batch_norm quantized_gru quantized_gru_cell quantized_lstm quantized_lstm_cell
        quantized_max_pool1d quantized_max_pool2d quantized_max_pool3d quantized_rnn_relu_cell
        quantized_rnn_tanh_cell
    """,
    "is of sparse layouts whose gradients torch does not give on strided memory": """
        ccol_indices ccol_indices_copy col_indices col_indices_copy crow_indices crow_indices_copy
        indices indices_copy row_indices row_indices_copy sparse_bsc_tensor sparse_bsr_tensor
        sparse_compressed_tensor sparse_csc_tensor sparse_csr_tensor to_padded_tensor to_sparse_bsc
        to_sparse_bsr to_sparse_csc to_sparse_csr values values_copy
    """,
    "raises: it was removed, or refuses autograd": """
        torch.eig torch.lstsq torch.matrix_rank torch.solve torch.symeig Tensor.eig Tensor.lstsq
        Tensor.solve Tensor.symeig view_as_complex_copy
    """,
    "is a helper of torch's own that programs do not call": """
        slice_inverse
    """,
}
"""By reason, the names: with ``torch.``, ``Tensor.`` or the like in front where others are meant
that have the same name elsewhere."""

MODULES_LEFT_OUT: dict[str, str] = {
    "holds modules or parameters, executed by the interpreter": """
        Container Module ModuleDict ModuleList ParameterDict ParameterList Sequential
    """,
    "is a base class without a forward": "RNNBase RNNCellBase",
    "needs several devices": "DataParallel SyncBatchNorm",
}
"""By reason, the classes in `torch.nn`."""


def is_left_out(prefix: str, name: str) -> bool:
    """Whether a name (``torch.``, ``eig``) has no row on purpose."""
    return bool(_NAMES & {name, f"{prefix}{name}"})


_NAMES = {name for names in LEFT_OUT.values() for name in names.split()}
