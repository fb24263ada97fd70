namespace CPrune.Tuning.Records;

/// <summary>Tuning records, shared by runs and models. Safe to use from several threads and processes.</summary>
public interface IRecordStore
{
    /// <summary>All records of a workload, failures included, oldest first.</summary>
    IReadOnlyList<TuningRecord> For(string targetKey, string workload);

    /// <summary>The fastest correct record.</summary>
    TuningRecord? Best(string targetKey, string workload);

    /// <summary>The fastest correct records of other workloads of the same family, one a workload, nearest in size first.</summary>
    IReadOnlyList<TuningRecord> Similar(string targetKey, string workload, WorkloadShape shape, int count);

    /// <summary>The latest correct records of a target that have features: what its cost model learns from.</summary>
    IReadOnlyList<TuningRecord> Latest(string targetKey, int count);

    /// <summary>Adds records, all or none. A program that is measured again replaces its older record.</summary>
    void Add(IEnumerable<TuningRecord> records);

    /// <summary>
    /// The mean number of trials a task of the largest completed tuning of this workload; 0 for none. A workload whose effort is
    /// at least what is asked for needs no new trials.
    /// </summary>
    double Effort(string targetKey, string workload);

    /// <summary>Notes a completed tuning; a smaller effort than noted before changes nothing.</summary>
    void NoteEffort(string targetKey, IEnumerable<string> workloads, double effort);
}
