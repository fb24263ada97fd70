namespace CPrune.Cli.Commands;

/// <summary>A command that goes on where an interrupted one was.</summary>
internal interface IResumable
{
    /// <summary>What follows "interrupted".</summary>
    string ResumeHint { get; }
}
