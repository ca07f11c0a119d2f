/** Asks before something that cannot be taken back. */
import * as Dialog from "@radix-ui/react-dialog";

interface Props {
  readonly title: string;
  readonly text: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onClose: () => void;
}

export function Confirm({ title, text, yes, no, onYes, onClose }: Props) {
  return (
    <Dialog.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="veil" />
        <Dialog.Content className="dialog" role="alertdialog">
          <Dialog.Title>{title}</Dialog.Title>
          <Dialog.Description className="soft">{text}</Dialog.Description>
          <div className="row" style={{ justifyContent: "flex-end" }}>
            <Dialog.Close className="button">{no}</Dialog.Close>
            <Dialog.Close className="button danger" onClick={onYes}>
              {yes}
            </Dialog.Close>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
