using System.Text;
using CPrune.Graph;

namespace CPrune.Tuning.Records;

/// <summary>
/// Records as JSON lines, for other machines and other tools. Every line stands alone, so files can be joined by <c>cat</c>; equal contents make equal files.
/// </summary>
public static class RecordFile
{
    public static byte[] Write(RecordContents contents)
    {
        var text = new StringBuilder();
        foreach (var line in contents.Records.Select(RecordLine.Write).Concat(contents.Efforts.Select(RecordLine.Write)).Concat(contents.Choices.Select(RecordLine.Write)))
            text.Append(line).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Reads a whole file, or refuses it; empty lines are passed over.</summary>
    /// <exception cref="UserErrorException">Kind Data: the file cannot be read, or a line of it is no record; the message names the line.</exception>
    public static RecordContents Read(string path)
    {
        var (records, efforts, choices, number) = (new List<TuningRecord>(), new List<WorkloadEffort>(), new List<NotedChoice>(), 0);
        try
        {
            foreach (var text in File.ReadLines(path))
            {
                number++;
                if (string.IsNullOrWhiteSpace(text)) continue;
                var line = RecordLine.Read(text);
                if (line.Choice is not null) choices.Add(line.ToChoice());
                else if (line.Effort is null) records.Add(line.ToRecord());
                else efforts.Add(line.ToEffort());
            }
        }
        catch (FormatException error)
        {
            throw new UserErrorException(
                UserErrorKind.Data, $"{path}, line {number} is no tuning record: {error.Message}; nothing was imported, correct or remove the line", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(UserErrorKind.Data, $"cannot read the records '{path}': {error.Message.TrimEnd('.')}; give the path of an exported file", error);
        }

        return new RecordContents([.. records], [.. efforts]) { Choices = [.. choices] };
    }
}
