using CPrune.Graph;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Models;

/// <summary>Where weights lie, and that all handles of a library share them.</summary>
public class ModelMemoryTests
{
    /// <summary>16 MiB of weights.</summary>
    private static readonly ModelGraph Large = SmallGraphs.Of(8, (b, x) => b.Dense(b.Relu(b.Dense(b.Flatten(x), 4096)), 576));

    private const string Tools = """
        #define _GNU_SOURCE
        #include "model.h"
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/resource.h>

        static float in[MODEL_INPUT_COUNT], expected[MODEL_OUTPUT_COUNT];

        /* A field of /proc/self/smaps_rollup or status, in KiB. */
        static long kib(const char *file, const char *field) {
            char line[256];
            long value = -1;
            FILE *f = fopen(file, "r");
            while (f && fgets(line, sizeof line, f))
                if (!strncmp(line, field, strlen(field))) value = atol(line + strlen(field));
            if (f) fclose(f);
            return value;
        }

        static int right(model_handle *model) {
            float out[MODEL_OUTPUT_COUNT];
            model_run(model, in, out);
            return !memcmp(out, expected, sizeof out);
        }

        static void prepare(void) {
            int i;
            model_handle *model = model_create(1);
            for (i = 0; i < MODEL_INPUT_COUNT; i++) in[i] = (float)(i % 17) / 17 - 0.5f;
            model_run(model, in, expected);
            model_destroy(model);
        }

        """;

    [Fact]
    public void Handles_share_one_copy_of_the_weights() => Assert.Equal(["ok"], Run("""
        int main(void) {
            model_handle *models[8];
            long before, after;
            int i;
            prepare();
            before = kib("/proc/self/status", "RssAnon:");
            for (i = 0; i < 8; i++) models[i] = model_create(1);
            after = kib("/proc/self/status", "RssAnon:");
            if (after - before < 14 << 10 || after - before > 24 << 10) { printf("%ld KiB more\n", after - before); return 0; }
            for (i = 0; i < 7; i++) model_destroy(models[i]);
            if (!right(models[7])) { puts("the last handle lost its weights"); return 0; }
            model_destroy(models[7]);
            if (kib("/proc/self/status", "RssAnon:") - before > 4 << 10) { puts("the weights outlive the handles"); return 0; }
            puts("ok");
            return 0;
        }
        """));

    [Fact]
    public void Handles_come_and_go_on_many_threads() => Assert.Equal(["ok"], Run("""
        static void *work(void *wrong) {
            int i;
            for (i = 0; i < 20; i++) {
                model_handle *model = model_create(1 + i % 2);
                if (!model || !right(model)) *(int *)wrong = 1;
                model_destroy(model);
            }
            return NULL;
        }

        int main(void) {
            pthread_t threads[4];
            int wrong[4] = { 0 }, i;
            prepare();
            for (i = 0; i < 4; i++) pthread_create(&threads[i], NULL, work, &wrong[i]);
            for (i = 0; i < 4; i++) pthread_join(threads[i], NULL);
            puts(wrong[0] | wrong[1] | wrong[2] | wrong[3] ? "wrong" : "ok");
            return 0;
        }
        """));

    [Fact]
    public void Without_room_for_a_copy_the_weights_of_the_file_serve() => Assert.Equal(["ok"], Run("""
        int main(void) {
            struct rlimit limit;
            model_handle *model;
            prepare();
            limit.rlim_cur = limit.rlim_max = (kib("/proc/self/status", "VmSize:") + (8 << 10)) * 1024;
            setrlimit(RLIMIT_AS, &limit);
            if (malloc(16 << 20)) { puts("there is room"); return 0; }
            model = model_create(1);
            puts(!model ? "no model" : right(model) ? "ok" : "wrong");
            return 0;
        }
        """));

    /// <summary>That they are asked for; whether there are any is the system's to say.</summary>
    [Fact]
    public void Large_weights_ask_for_large_pages()
    {
        if (!File.Exists("/sys/kernel/mm/transparent_hugepage/enabled")) Assert.Skip("needs a kernel with transparent huge pages");
        Assert.Equal(["0", "1"], Run("""
            static int advised(void) {
                char line[256];
                int found = 0;
                FILE *f = fopen("/proc/self/smaps", "r");
                while (f && fgets(line, sizeof line, f)) found += !strncmp(line, "VmFlags:", 8) && strstr(line, " hg");
                if (f) fclose(f);
                return found;
            }

            int main(void) {
                prepare();
                printf("%d\n", advised());
                model_create(1);
                printf("%d\n", advised());
                return 0;
            }
            """));
    }

    [Fact]
    public void The_header_says_how_much_a_handle_and_how_much_all_of_them_take()
    {
        using var model = new CompiledModel(Large);
        Assert.Contains(
            $"Each handle has its own threads and {model.Info.WorkspaceBytes / 1024.0:0.0} KiB of its own memory; all handles share the {model.Info.WeightBytes / 1048576.0:0.0} MiB of weights",
            File.ReadAllText(model.Header), StringComparison.Ordinal);
    }

    private static string[] Run(string main)
    {
        CProgram.Require("gcc");
        using var model = new CompiledModel(Large);
        return CProgram.Run(CProgram.Build("program", Tools + main, model), "", "");
    }
}
