using CPrune.Graph.Building;
using CPrune.Graph.Onnx;
using CPrune.Graph.Onnx.Proto;
using Google.Protobuf;

namespace CPrune.Graph.Tests.Onnx;

/// <summary>Weights beside the model: PyTorch's default since 2.9.</summary>
public sealed class ExternalDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string ModelPath => _folder.File("m.onnx");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void WhatIsWrittenBesideIsReadFromThere()
    {
        var graph = Network();
        OnnxFile.Write(ModelPath, graph, largestInline: 0);
        Assert.True(new FileInfo(ModelPath).Length < 10_000);
        Assert.Equal(64 * 128 * 4, new FileInfo($"{ModelPath}.data").Length);
        var (read, bytes) = OnnxFile.ReadWhole(ModelPath);
        Assert.Equal(OnnxFile.ToBytes(graph), OnnxFile.ToBytes(read));
        Assert.Equal(OnnxFile.ToBytes(graph), bytes);
        var input = Referee.Data(1, 1, 1, 8, 8);
        Referee.AssertClose(Referee.Run(graph, input)[0], Referee.Run(bytes, input)[0]);
    }

    /// <summary>ONNX Runtime reads the files as they are.</summary>
    [Fact]
    public void OthersReadThemToo()
    {
        OnnxFile.Write(ModelPath, Network(), largestInline: 0);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(ModelPath);
        Assert.Equal(["input"], session.InputNames);
    }

    [Fact]
    public void ASmallModelIsOneFile()
    {
        OnnxFile.Write(ModelPath, Network());
        Assert.Equal([ModelPath], Directory.GetFiles(_folder.Path));
        Assert.Equal(File.ReadAllBytes(ModelPath), OnnxFile.ReadWhole(ModelPath).Bytes);
    }

    [Theory]
    [InlineData("../m.data", "is stored in '../m.data', which is not in the model's folder; only files of that folder are read")]
    [InlineData("/etc/hostname", "is stored in '/etc/hostname', which is not in the model's folder; only files of that folder are read")]
    [InlineData("link", "is stored in 'link', a link out of the model's folder; only files of that folder are read")]
    [InlineData("absent", "is stored in 'FOLDER/absent', which is not there; copy it beside the model")]
    [InlineData("short", "is stored in bytes 0 to 32768 of 'FOLDER/short', which has 5; copy that file again")]
    [InlineData(".", "is stored in '.', which is not in the model's folder; only files of that folder are read")]
    public void NothingElseIsRead(string location, string problem)
    {
        File.CreateSymbolicLink(_folder.File("link"), "/etc/hostname");
        File.WriteAllText(_folder.File("short"), "short");
        Refuses(problem, ("location", location), ("offset", "0"), ("length", "32768"));
    }

    [Fact]
    public void NumbersAreChecked()
    {
        Refuses("names no file that it is stored in; the file is damaged", ("offset", "0"));
        Refuses("has the offset '-4', which is no number of bytes; the file is damaged", ("location", "m.onnx.data"), ("offset", "-4"));
        Refuses("is stored in 12 bytes where its shape needs 32768; the file is damaged", ("location", "m.onnx.data"), ("length", "12"));
        Refuses(
            "is stored in bytes 9223372036854775807 to 9223372036854808575 of 'FOLDER/m.onnx.data', which has 32768; copy that file again",
            ("location", "m.onnx.data"), ("offset", "9223372036854775807"));
    }

    /// <summary>Reading a pipe would wait for ever.</summary>
    [Fact]
    public void APipeIsNotRead()
    {
        using (var made = System.Diagnostics.Process.Start("mkfifo", _folder.File("pipe"))) made.WaitForExit();
        Refuses("is stored in bytes 0 to 32768 of 'FOLDER/pipe', which has 0; copy that file again", ("location", "pipe"));
    }

    private void Refuses(string problem, params (string Key, string Value)[] entries)
    {
        OnnxFile.Write(ModelPath, Network(), largestInline: 0);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(ModelPath));
        var weight = model.Graph.Initializer.Single(i => i.Name == "fc.weight");
        weight.ExternalData.Clear();
        weight.ExternalData.AddRange(entries.Select(e => new StringStringEntryProto { Key = e.Key, Value = e.Value }));
        File.WriteAllBytes(ModelPath, model.ToByteArray());
        var error = Assert.Throws<UserErrorException>(() => OnnxFile.Read(ModelPath));
        Assert.Equal($"'{ModelPath}': initializer 'fc.weight' {problem.Replace("FOLDER", _folder.Path, StringComparison.Ordinal)}", error.Message);
    }

    private static ModelGraph Network()
    {
        var b = new GraphBuilder("external", seed: 1);
        return b.Build(b.Dense(b.Flatten(b.Input(1, 8, 8)), 128, "fc"));
    }
}
