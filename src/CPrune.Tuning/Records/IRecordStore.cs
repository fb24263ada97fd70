namespace CPrune.Tuning.Records;

/// <summary>Tuning records, shared by runs and models. Safe to use from several threads and processes.</summary>
public interface IRecordStore
{
    /// <summary>All records of a workload, failures included, oldest first.</summary>
    IReadOnlyList<TuningRecord> For(Conditions conditions, string workload);

    /// <summary>The fastest correct record.</summary>
    TuningRecord? Best(Conditions conditions, string workload);

    /// <summary>
    /// The fastest correct records of other workloads of the same family, the nearest in size first and of each the fastest first.
    /// </summary>
    /// <param name="workloads">Other workloads to look at.</param>
    /// <param name="programs">Records of each.</param>
    IReadOnlyList<TuningRecord> Similar(Conditions conditions, string workload, WorkloadShape shape, int workloads, int programs);

    /// <summary>The fastest correct record of every workload of which at least so many programs were measured, in the order of the workloads.</summary>
    IReadOnlyList<TuningRecord> Fastest(Conditions conditions, int fewestPrograms);

    /// <summary>The latest correct records that have features: what the cost model learns from.</summary>
    IReadOnlyList<TuningRecord> Latest(Conditions conditions, int count);

    /// <summary>Adds records, all or none. A program that is measured again replaces its older record.</summary>
    void Add(IEnumerable<TuningRecord> records);

    /// <summary>
    /// The mean number of trials a task of the largest completed tuning of this workload; 0 for none. A workload whose effort is
    /// at least what is asked for needs no new trials.
    /// </summary>
    double Effort(Conditions conditions, string workload);

    /// <summary>Notes a completed tuning; a smaller effort than noted before changes nothing.</summary>
    void NoteEffort(Conditions conditions, IEnumerable<string> workloads, double effort);

    /// <summary>Which variant of a whole model was the fastest; null where that was not measured.</summary>
    /// <param name="model"><see cref="Compiler.Tasks.ModelAlternatives.Key"/>.</param>
    NotedChoice? Choice(Conditions conditions, string model);

    /// <summary>Notes which variant of a whole model was the fastest, instead of what was noted before.</summary>
    void Note(NotedChoice choice);

    /// <summary>All there is, in an order that depends on nothing else.</summary>
    RecordContents Contents();

    /// <summary>
    /// Makes this store the union of itself and others' contents, all or nothing. Of two measurements of one program under the same conditions the newer
    /// stays, and of two choices for one model, and the larger effort; the order of merging does not matter.
    /// </summary>
    MergeOutcome Merge(RecordContents contents);

    /// <summary>Removes records, all or none. A workload that is left without programs loses its effort, so that it is tuned again when it is met.</summary>
    void Remove(IEnumerable<TuningRecord> records);
}
