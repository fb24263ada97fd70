using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;

namespace CPrune.Compiler.Models;

/// <summary>The C functions of a library: each under the model's own name and, for programs that load any model, as <c>cprune_model_…</c>.</summary>
internal static class CInterface
{
    /// <summary>Name, result and parameters as LLVM types.</summary>
    public static readonly ImmutableArray<(string Name, string Result, ImmutableArray<string> Parameters)> Functions =
    [
        ("create", "ptr", ["i32"]),
        ("run", "void", ["ptr", "ptr", "ptr"]),
        ("profile", "void", ["ptr", "ptr", "ptr", "ptr"]),
        ("destroy", "void", ["ptr"]),
        ("threads", "i32", ["ptr"]),
        ("input_shape", "i32", ["ptr"]),
        ("output_shape", "i32", ["ptr"]),
        ("kernel_count", "i32", []),
        ("kernel_name", "ptr", ["i32"]),
    ];

    /// <summary>What a model's functions begin with: the library's file name without its ending, as a C identifier.</summary>
    public static string PrefixOf(string libraryPath)
    {
        var name = Path.GetFileName(libraryPath);
        if (name.EndsWith(".so", StringComparison.Ordinal)) name = name[..^3];
        if (name.StartsWith("lib", StringComparison.Ordinal) && name.Length > 3) name = name[3..];
        var identifier = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        // An identifier begins with a letter, and cprune_model_… is taken.
        return identifier.Length == 0 || char.IsAsciiDigit(identifier[0]) || identifier == "cprune_model" ? $"model_{identifier}" : identifier;
    }

    /// <summary>The header of a library, for C and C++.</summary>
    public static string Header(string prefix, ModelInterface model, Target target, CompiledModelInfo info)
    {
        var guard = $"CPRUNE_{prefix.ToUpperInvariant()}_H";
        var input = Shapes.Text(model.InputShape);
        var output = Shapes.Text(model.OutputShape);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $$"""
            /* {{prefix}}: a model compiled by CPrune for {{target.Name}} ({{target.Cpu}}). Link with the shared library of the same name. */
            #ifndef {{guard}}
            #define {{guard}}

            #include <stdint.h>

            #ifdef __cplusplus
            extern "C" {
            #endif

            /* Elements of the input, float32 {{input}}, and of the output, float32 {{output}}: row-major, the last extent contiguous. */
            #define {{prefix.ToUpperInvariant()}}_INPUT_COUNT {{Shapes.Count(model.InputShape)}}
            #define {{prefix.ToUpperInvariant()}}_OUTPUT_COUNT {{Shapes.Count(model.OutputShape)}}

            typedef struct {{prefix}}_handle {{prefix}}_handle;

            /* A model ready to run on `threads` threads, the caller's among them; 0 for the {{target.Threads}} it was tuned for. NULL when memory is short.
               Each handle has its own threads and {{Bytes(info.WorkspaceBytes)}} of its own memory; all handles share the {{Bytes(info.WeightBytes)}} of weights, which the first one copies
               into large pages where they are 2 MiB and more. Different handles may be made, run and destroyed at the same time, one handle only runs once
               at a time. */
            {{prefix}}_handle *{{prefix}}_create(int threads);

            /* Runs one image. `in` and `out` need no alignment. */
            void {{prefix}}_run({{prefix}}_handle *model, const float *in, float *out);

            /* Runs one image and stores the seconds that each of the {{prefix}}_kernel_count() kernels took. */
            void {{prefix}}_profile({{prefix}}_handle *model, const float *in, float *out, double *seconds);

            /* Ends the threads and frees the memory; NULL is allowed. */
            void {{prefix}}_destroy({{prefix}}_handle *model);

            /* Threads the model runs on. */
            int {{prefix}}_threads(const {{prefix}}_handle *model);

            /* Fills `extents` and returns how many there are, at most 4. */
            int {{prefix}}_input_shape(int64_t extents[4]);
            int {{prefix}}_output_shape(int64_t extents[4]);

            /* The kernels in the order in which they run, and what each computes. */
            int {{prefix}}_kernel_count(void);
            const char *{{prefix}}_kernel_name(int kernel);

            #ifdef __cplusplus
            }
            #endif

            #endif

            """);
        return text.ToString();
    }

    private static string Bytes(long bytes) =>
        bytes < 1 << 20 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KiB") : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MiB");
}
